import { HttpClient } from '@angular/common/http';
import {
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type {
  Answer,
  Benchmark,
  BenchmarkFigures,
  BenchmarkPreview,
  BenchmarkVersion,
} from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { fieldProblems, isConflict } from '../alerts/alert-desk';
import { apiFeed, apiUrl } from '../api/api-feed';
import { problemLine } from '../api/api-problem';
import { formatCount, formatInstant, formatType } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { Drawer } from '../ui/drawer';
import { Control, Field } from '../ui/field';
import { Note } from '../ui/note';
import { Panel } from '../ui/panel';
import { FIGURES, PREVIEW_ROWS, figureInput, figureTexts, figureWords } from './benchmark-figures';
import type { FigureKey } from './benchmark-figures';
import { benchmarksDe } from './words.de';
import { benchmarksEn } from './words.en';

/** One benchmark: its figures, what they would have done, and who changed them. */
@Component({
  selector: 'apt-benchmark-editor',
  imports: [Control, Drawer, Field, Note, Panel],
  templateUrl: './benchmark-editor.html',
  styleUrls: ['../alerts/alert-forms.css', './benchmark-editor.css'],
})
export class BenchmarkEditor {
  readonly benchmark = input.required<Benchmark>();
  readonly closed = output();
  readonly saved = output();

  private readonly http = inject(HttpClient);
  private readonly scope = inject(Scope);
  private readonly drawer = viewChild.required(Drawer);
  protected readonly figures = FIGURES;
  protected readonly rows = PREVIEW_ROWS;
  protected readonly instant = formatInstant;
  protected readonly count = formatCount;
  protected readonly words = words({ en: benchmarksEn, de: benchmarksDe });
  /** As it was when the editor opened, until it is read again on demand. */
  protected readonly base = linkedSignal(() => this.benchmark());
  protected readonly heading = computed(() => {
    const { agentType, taskType, complexity } = this.base();
    return this.words().editor.heading(formatType(agentType), taskType, complexity);
  });
  protected readonly texts = linkedSignal(() => figureTexts(this.base()));
  protected readonly problems = signal<Record<string, string>>({});
  protected readonly failure = signal('');
  protected readonly conflict = signal(false);
  protected readonly busy = signal(false);
  protected readonly sure = signal(false);
  protected readonly preview = linkedSignal<Record<FigureKey, string>, BenchmarkPreview | null>({
    source: this.texts,
    computation: () => null,
  });
  protected readonly versions = apiFeed<BenchmarkVersion[]>(() => ({
    path: `benchmarks/${this.base().id}/versions`,
    params: { project: this.scope.project() ?? '' },
  }));

  protected set(key: FigureKey, value: string): void {
    this.texts.update((texts) => ({ ...texts, [key]: value }));
  }

  protected async tryOut(): Promise<void> {
    const asked = this.texts();
    const params = { ...this.input(), project: this.scope.project() ?? '' };
    await this.attempt(async () => {
      const request = this.http.get<Answer<BenchmarkPreview>>(apiUrl('benchmarks/preview'), {
        params,
      });
      const { data } = await firstValueFrom(request);
      // What was typed meanwhile is not what was tried.
      if (asked === this.texts()) this.preview.set(data);
    });
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    await this.attempt(async () => {
      await firstValueFrom(this.http.put(apiUrl('benchmarks'), this.input(), this.unchanged()));
      this.finish();
    });
  }

  protected async remove(): Promise<void> {
    if (!this.sure()) return this.sure.set(true);
    await this.attempt(async () => {
      const url = apiUrl(`benchmarks/${this.base().id}`);
      await firstValueFrom(this.http.delete(url, this.unchanged()));
      this.finish();
    });
  }

  protected async readAgain(): Promise<void> {
    const { id, agentType, taskType, complexity } = this.base();
    await this.attempt(async () => {
      const project = this.scope.project() ?? '';
      const params = { agentType, taskType, complexity, project };
      const request = this.http.get<Answer<Benchmark[]>>(apiUrl('benchmarks'), { params });
      const now = (await firstValueFrom(request)).data.find((one) => one.id === id);
      if (now === undefined) this.failure.set(this.words().editor.deletedMeanwhile);
      else this.base.set(now);
    });
  }

  protected shown(figures: BenchmarkFigures | null): string {
    return figures === null ? this.words().editor.nothing : figureWords(figures);
  }

  private finish(): void {
    this.saved.emit();
    this.drawer().close();
  }

  private input() {
    const { agentType, taskType, complexity } = this.base();
    return { agentType, taskType, complexity, ...figureInput(this.texts()) };
  }

  private unchanged() {
    return {
      params: { project: this.scope.project() ?? '' },
      headers: { 'If-Match': `"${this.base().version}"` },
    };
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set('');
    this.problems.set({});
    this.conflict.set(false);
    try {
      await deed();
    } catch (error) {
      this.conflict.set(isConflict(error));
      this.problems.set(fieldProblems(error));
      this.failure.set(problemLine(error));
    } finally {
      this.busy.set(false);
      this.sure.set(false);
    }
  }
}
