import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  RecursiveAstVisitor,
  TmplAstRecursiveVisitor,
  parseTemplate,
  tmplAstVisitAll,
} from '@angular/compiler';
import type {
  AST,
  Binary,
  Call,
  Interpolation,
  KeyedRead,
  LiteralPrimitive,
  TmplAstBoundAttribute,
  TmplAstBoundText,
  TmplAstText,
  TmplAstTextAttribute,
} from '@angular/compiler';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '..');
/** Attributes and inputs that people read or hear. */
const SPOKEN =
  /^(?:aria-(?:label|description|roledescription|valuetext)|title|placeholder|alt|label|heading|caption|hint|text|unit)$/;
const LETTERS = /\p{L}{2}/u;

/** Texts that are the same in every language. */
const SAME_EVERYWHERE = new Set(['Esc', 'JSON']);

/** Literals of code that look like texts and are none: names of keys and rights, selectors. */
const CODE = [
  /^(?:Enter|Escape|Tab|Home|End)$/,
  /^(?:operate|admin) everywhere$/,
  /[[\]{}<>]|#\w|^[.:]\w|:(?:is|not|where|has)\(/,
  /^(?:[a-z][\w.-]*, )+[.a-z][\w.-]*$/,
];

/** The same, by file. */
const NO_TEXTS: Readonly<Record<string, RegExp>> = {
  // The product, the languages in their own words, browsers, what the server runs on.
  'access/user-agent.ts': /^\p{Lu}\p{L}+$/u,
  'agents/agent-page.ts': / · Agent Performance$/,
  'dashboards/board-page.ts': / · Agent Performance$/,
  'settings/appearance.ts': /^(?:English|Deutsch)$/,
  'shell/sidebar.ts': /^Mac$/,
  'status/status-page.ts': /^Node …$/,
  // Code and records to copy.
  'dashboard/first-steps.ts':
    /^(?:Planner 1|First task)$|AgentPerformanceTracker|tracker\.track|id: /,
  // Fonts, styles, ids, tags.
  'charts/band.options.ts': /^base band$/,
  'charts/font.ts': /sans-serif$/,
  'report/collect.ts': /^(?:apt-\S+|tbody|thead) \w+$/,
};

interface Found {
  where: string;
  text: string;
}

/** All but the page of components, which only development builds have. */
function sources(): string[] {
  const entries = readdirSync(ROOT, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(?:html|ts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\.spec\.ts$|\.d\.ts$|[/\\](?:testing|kit)[/\\]/.test(path));
}

/** Every string of an expression that may be shown: what is compared or looked up is not. */
class ShownStrings extends RecursiveAstVisitor {
  readonly texts: string[] = [];

  override visitBinary(ast: Binary, context: unknown): unknown {
    if (/^[!=]==?$/.test(ast.operation)) return undefined;
    return super.visitBinary(ast, context);
  }

  override visitKeyedRead(ast: KeyedRead, context: unknown): unknown {
    return this.visit(ast.receiver, context);
  }

  override visitCall(ast: Call, context: unknown): unknown {
    return this.visit(ast.receiver, context);
  }

  override visitLiteralPrimitive(ast: LiteralPrimitive): void {
    if (typeof ast.value === 'string') this.texts.push(ast.value);
  }

  override visitInterpolation(ast: Interpolation, context: unknown): unknown {
    this.texts.push(...ast.strings);
    return super.visitInterpolation(ast, context);
  }
}

function shownIn(ast: AST): string[] {
  const visitor = new ShownStrings();
  visitor.visit(ast);
  return visitor.texts;
}

class HardCoded extends TmplAstRecursiveVisitor {
  readonly texts: string[] = [];

  override visitText(text: TmplAstText): void {
    this.note(text.value);
  }

  override visitBoundText(text: TmplAstBoundText): void {
    for (const one of shownIn(text.value)) this.note(one);
  }

  override visitTextAttribute({ name, value }: TmplAstTextAttribute): void {
    if (SPOKEN.test(name)) this.note(value);
  }

  override visitBoundAttribute({ name, value }: TmplAstBoundAttribute): void {
    if (SPOKEN.test(name)) for (const one of shownIn(value)) this.note(one);
  }

  private note(text: string): void {
    const said = text.trim();
    if (LETTERS.test(said) && !SAME_EVERYWHERE.has(said)) this.texts.push(said);
  }
}

/** The literal texts of a template that people would read or hear. */
function hardCoded(template: string, path: string): string[] {
  const { nodes, errors } = parseTemplate(template, path);
  expect(errors).toBeNull();
  const visitor = new HardCoded();
  tmplAstVisitAll(visitor, nodes);
  return visitor.texts;
}

function inlineTemplates(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAssignment(node) &&
      ts.isIdentifier(node.name) &&
      node.name.text === 'template' &&
      ts.isStringLiteralLike(node.initializer)
    ) {
      found.push(node.initializer.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Literals that read like a text: two words or more, or one that begins a sentence. */
function readable(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    const isPartOfComponent =
      ts.isPropertyAssignment(node) && /^(?:template|styles|host)$/.test(node.name.getText(source));
    // What is thrown, and what tokens are named, is for programmers.
    const isError =
      ts.isNewExpression(node) &&
      /^(?:Type|Range)?Error$|^InjectionToken$/.test(node.expression.getText(source));
    // Both languages stand side by side.
    const isTranslated = ts.isCallExpression(node) && node.expression.getText(source) === 'words';
    if (isPartOfComponent || isError || isTranslated) return;
    const text = literalText(node);
    if (/^\p{Lu}\p{Ll}+\P{L}*$|\p{L}\p{Ll}+,? \p{L}\p{Ll}+/u.test(text)) found.push(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function literalText(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return '';
  return [node.head, ...node.templateSpans.map(({ literal }) => literal)]
    .map(({ text }) => text)
    .join('…');
}

describe('texts of templates', () => {
  it.each([
    ['<p>Hello there</p>', ['Hello there']],
    ['@if (a) { <b>One</b> } @else { two }', ['One', 'two']],
    ['@for (a of b; track a) { {{ a }} of them } @empty { None }', ['of them', 'None']],
    ['@switch (a) { @case (1) { One } }', ['One']],
    ['@defer { Later }', ['Later']],
    ['<input placeholder="Name" title="Hint" class="field" />', ['Name', 'Hint']],
    [`<i [attr.aria-label]="'Edit ' + name" [class]="'wide ' + a"></i>`, ['Edit']],
    ['<i aria-label="Edit {{ name }}"></i>', ['Edit']],
    [`{{ open ? 'Close' : words().open }}`, ['Close']],
    [`{{ state === 'sent' ? words().sent : texts['late'] }} · {{ n }} × <b>Esc</b>`, []],
    [
      '<apt-panel heading="Rules"><ng-content>Nothing</ng-content></apt-panel>',
      ['Rules', 'Nothing'],
    ],
    ['<ng-template>Aside</ng-template>', ['Aside']],
  ])('are found in %s', (template, texts) => {
    expect(hardCoded(template, 'a.html')).toEqual(texts);
  });

  it('come from the word lists', () => {
    const paths = sources();
    const found = paths.flatMap((path): Found[] => {
      const templates = path.endsWith('.html')
        ? [readFileSync(path, 'utf8')]
        : inlineTemplates(path);
      const where = relative(ROOT, path);
      return templates.flatMap((one) => hardCoded(one, path).map((text) => ({ where, text })));
    });
    expect(paths.length).toBeGreaterThan(200);
    expect(found).toEqual([]);
  });
});

function isSaid({ where, text }: Found): boolean {
  return !CODE.some((one) => one.test(text)) && !NO_TEXTS[where]?.test(text);
}

describe('texts of code', () => {
  it('come from the word lists', () => {
    const found = sources()
      .filter((path) => path.endsWith('.ts') && !/words\.ts$|\.(?:en|de)\.ts$/.test(path))
      .flatMap((path): Found[] => {
        const where = relative(ROOT, path).replaceAll('\\', '/');
        return readable(path).map((text) => ({ where, text }));
      });
    // Otherwise it would find nothing wherever it looked.
    expect(found.length).toBeGreaterThan(30);
    expect(found.filter(isSaid)).toEqual([]);
  });
});
