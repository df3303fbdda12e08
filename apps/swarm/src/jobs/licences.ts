/** Phrases that only this licence has; all of them must occur. The first that fits is it. */
const LICENCES: readonly [id: string, phrases: readonly RegExp[]][] = [
  ['Apache-2.0', [/apache license,?\s+version 2\.0/]],
  ['MPL-2.0', [/mozilla public license,?\s+(version|v\.) ?2\.0/]],
  ['GPL-3.0', [/gnu general public license\s+version 3/]],
  ['LGPL-3.0', [/gnu lesser general public license\s+version 3/]],
  ['BlueOak-1.0.0', [/blue oak model license/]],
  ['CC0-1.0', [/cc0 1\.0 universal/]],
  ['CC-BY-4.0', [/attribution 4\.0 international/]],
  ['Python-2.0', [/python software foundation license/]],
  ['Unlicense', [/this is free and unencumbered software released into the public domain/]],
  ['MIT', [/permission is hereby granted, free of charge/, /the software is provided "as is"/]],
  [
    'BSD-3-Clause',
    [/redistributions? (of source code|in binary form)/, /(neither the names?|the names?) of/],
  ],
  ['BSD-2-Clause', [/redistributions? of source code must retain/]],
  ['ISC', [/permission to use, copy, modify, and\/?(or)? distribute/, /copyright notice and this/]],
  ['0BSD', [/permission to use, copy, modify, and\/?(or)? distribute/]],
];

/** SPDX identifier of a licence text, or null where none is recognised. */
export function classifyLicence(text: string): string | null {
  const plain = text
    .toLowerCase()
    .replace(/[“”'‘’]/g, '"')
    .replace(/\s+/g, ' ');
  const found = LICENCES.find(([, phrases]) => phrases.every((phrase) => phrase.test(plain)));
  return found?.[0] ?? null;
}
