import type ts from 'typescript';
import { JobFailure } from './job.js';

const FILE = 'tool.ts';

/**
 * Type-checks a module by the strictest rules and gives it back as JavaScript. The compiler is
 * loaded at the first use, and its libraries are parsed once per thread.
 */
export class Compiler {
  private static instance: Promise<Compiler> | null = null;
  private readonly libraries = new Map<string, ts.SourceFile | undefined>();

  private constructor(private readonly api: typeof ts) {}

  static load(): Promise<Compiler> {
    Compiler.instance ??= import('typescript').then((module) => new Compiler(module.default));
    return Compiler.instance;
  }

  /** @throws JobFailure with the first error of the compiler */
  compile(source: string): string {
    const options: ts.CompilerOptions = {
      strict: true,
      noUncheckedIndexedAccess: true,
      target: this.api.ScriptTarget.ES2023,
      module: this.api.ModuleKind.ESNext,
      lib: ['lib.es2023.d.ts'],
      types: [],
    };
    const program = this.api.createProgram([FILE], options, this.host(source, options));
    const [error] = this.api.getPreEmitDiagnostics(program);
    if (error !== undefined) {
      const message = this.api.flattenDiagnosticMessageText(error.messageText, ' ');
      throw new JobFailure('CompileError', `TS${error.code}: ${message}`, true);
    }
    let output = '';
    program.emit(undefined, (_, text) => (output = text));
    return output;
  }

  private host(source: string, options: ts.CompilerOptions): ts.CompilerHost {
    const host = this.api.createCompilerHost(options);
    return {
      ...host,
      getSourceFile: (file, languageOptions) => {
        if (file === FILE) return this.api.createSourceFile(file, source, languageOptions);
        if (!this.libraries.has(file)) {
          this.libraries.set(file, host.getSourceFile(file, languageOptions));
        }
        return this.libraries.get(file);
      },
    };
  }
}
