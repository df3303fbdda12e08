import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, signal } from '@angular/core';
import type { Answer, Benchmark, BenchmarkInput } from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiFeed, apiUrl } from '../api/api-feed';
import { problemLine } from '../api/api-problem';
import { formatDuration, formatMemory, formatPercent, formatType } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { BenchmarkEditor } from './benchmark-editor';
import { FIGURES } from './benchmark-figures';
import type { FigureKey } from './benchmark-figures';
import { FigureCell } from './figure-cell';
import { groupBenchmarks } from './group-benchmarks';
import { benchmarksDe } from './words.de';
import { benchmarksEn } from './words.en';

@Component({
  selector: 'apt-benchmarks-page',
  imports: [PageHeader, Panel, FigureCell, BenchmarkEditor],
  templateUrl: './benchmarks-page.html',
  styleUrl: './benchmarks-page.css',
})
export class BenchmarksPage {
  private readonly scope = inject(Scope);
  private readonly http = inject(HttpClient);
  private readonly toasts = inject(Toasts);
  protected readonly words = words({ en: benchmarksEn, de: benchmarksDe });
  protected readonly columns = FIGURES;
  protected readonly type = formatType;
  protected readonly edited = signal<Benchmark | null>(null);

  protected readonly feed = apiFeed<Benchmark[]>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'benchmarks', params: { project } };
  }, 30_000);

  /** What was saved here stands before the feed has read it again. */
  private readonly saved = signal<ReadonlyMap<string, Benchmark>>(new Map());
  protected readonly groups = computed(() => {
    const rows = this.feed.data()?.map((row) => {
      const mine = this.saved().get(row.id);
      return mine !== undefined && mine.version > row.version ? mine : row;
    });
    const type = this.scope.agentType();
    return groupBenchmarks((rows ?? []).filter((row) => type === null || row.agentType === type));
  });

  protected format(key: FigureKey, value: number): string {
    switch (key) {
      case 'expectedMs':
        return formatDuration(value);
      case 'maxMemoryMb':
        return formatMemory(value);
      case 'maxCpuPercent':
      case 'minSuccessRate':
        return formatPercent(value);
    }
  }

  protected async save(row: Benchmark, key: FigureKey, value: number): Promise<void> {
    const { agentType, taskType, complexity } = row;
    const input: BenchmarkInput = { agentType, taskType, complexity, [key]: value };
    const params = { project: this.scope.project() ?? '' };
    const headers = { 'If-Match': `"${row.version}"` };
    const subject = this.words().subject(formatType(agentType), complexity);
    try {
      const request = this.http.put<Answer<Benchmark>>(apiUrl('benchmarks'), input, {
        params,
        headers,
      });
      const { data } = await firstValueFrom(request);
      this.saved.update((saved) => new Map(saved).set(row.id, data));
      this.toasts.show({ tone: 'good', text: this.words().saved(subject) });
      this.feed.reload();
    } catch (error) {
      this.feed.reload();
      const text = this.words().notSaved(subject);
      this.toasts.show({ tone: 'bad', text, detail: problemLine(error) });
    }
  }
}
