import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const APP = join(import.meta.dirname, '../../frontend/src/app');

/** The texts of the frontend's word lists in one language; what fills a gap is `…`. */
export function wordLists(language: 'en' | 'de'): Set<string> {
  const lists = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(`.${language}.ts`),
  );
  return new Set(lists.flatMap((name) => textsOf(join(APP, name))));
}

/** The addresses of all pages, as the router has them. */
export function pagePaths(): string[] {
  const routes = readFileSync(join(APP, 'app.routes.ts'), 'utf8');
  return [...routes.matchAll(/path: '([^']*)'/g)].map(([, path]) => path ?? '');
}

function textsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isPropertyAssignment(node)) return visit(node.initializer);
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    if (ts.isTemplateExpression(node)) {
      const rest = node.templateSpans.map(({ literal }) => `…${literal.text}`);
      found.push(node.head.text + rest.join(''));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  // In counts `#` stands for the number.
  return found.map((text) => text.replaceAll('#', '…'));
}

/**
 * Finds texts that stand in `ours` but not in `theirs`.
 * @returns says which of the given texts are such ones, whatever fills their gaps
 */
export function strangers(
  ours: ReadonlySet<string>,
  theirs: ReadonlySet<string>,
): (text: string) => boolean {
  const foreign = [...ours].filter((text) => !theirs.has(text));
  const whole = new Set(foreign.filter((text) => !text.includes('…')));
  const withGaps = withGapsOf(foreign);
  const known = withGapsOf(theirs);
  return (text) => {
    const said = text.replaceAll(/\s+/g, ' ').trim();
    if (whole.has(said)) return true;
    if (theirs.has(said) || known.some((one) => one.test(said))) return false;
    return withGaps.some((one) => one.test(said));
  };
}

/** As patterns; what has hardly a letter says nothing about its language. */
function withGapsOf(texts: Iterable<string>): RegExp[] {
  return [...texts]
    .filter((text) => text.includes('…') && /\p{L}{3}/u.test(text))
    .map((text) => new RegExp(`^${text.trim().split('…').map(escaped).join('.+')}$`, 'u'));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
