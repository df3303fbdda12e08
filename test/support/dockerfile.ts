import {
  copyFileSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';

/** One instruction, with its continued lines joined. */
export interface Instruction {
  word: string;
  rest: string;
}

export interface Stage {
  /** Image, or an earlier stage. */
  base: string;
  name: string | null;
  steps: Instruction[];
}

export function readDockerfile(path: string): Stage[] {
  const text = readFileSync(path, 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ');
  const stages: Stage[] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (word === '') throw new Error(`No instruction: ${line}`);
    const [, base = '', name] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
    if (word === 'FROM') stages.push({ base, name: name ?? null, steps: [] });
    else stages.at(-1)?.steps.push({ word, rest });
  }
  return stages;
}

/** `A=1 B="two words"` as an object. */
export function assignments(rest: string): Record<string, string> {
  const found = rest.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g);
  return Object.fromEntries(
    [...found].map(([, key = '', quoted, plain]) => [key, quoted ?? plain ?? '']),
  );
}

/** What `.dockerignore` keeps out of the context: the last rule that matches decides. */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim().replace(/\/$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
  return (path) => {
    const folders = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    let ignored = false;
    for (const rule of rules) {
      const pattern = rule.replace(/^!/, '');
      if (folders.some((one) => matchesGlob(one, pattern))) ignored = !rule.startsWith('!');
    }
    return ignored;
  };
}

/**
 * Takes a folder over without copying a byte, where that can be: for what nobody will write to.
 * @param wants names of entries, anywhere below
 */
export function linkTree(from: string, to: string, wants: (name: string) => boolean): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (!wants(name)) continue;
    const [source, target] = [join(from, name), join(to, name)];
    const found = lstatSync(source);
    if (found.isDirectory()) linkTree(source, target, wants);
    else if (found.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // On another disk, or not allowed.
    copyFileSync(source, target);
  }
}

/** Copies a file or a folder's contents as COPY does. @param skips by the path below `context` */
export function copyInto(
  context: string,
  source: string,
  target: string,
  skips: (path: string) => boolean,
): void {
  const from = join(context, source);
  const below = (path: string): string => relative(context, path);
  if (!statSync(from).isDirectory()) {
    if (skips(below(from))) throw new Error(`COPY ${source}: kept out by .dockerignore`);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(from, target);
    return;
  }
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    if (skips(below(path))) continue;
    cpSync(path, join(target, name), {
      recursive: true,
      filter: (each) => !skips(below(each)),
      verbatimSymlinks: true,
    });
  }
}
