import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { Service, inject, signal } from '@angular/core';
import type {
  Alert,
  AlertRule,
  AlertRuleInput,
  Answer,
  BacktestResult,
  BulkAlertAction,
  BulkAlertVerdict,
  FieldProblem,
  Silence,
  SilenceInput,
} from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { apiUrl, givenParams } from '../api/api-feed';
import { problemLine } from '../api/api-problem';
import type { ApiRequest } from '../api/api-feed';
import { OpenAlerts } from '../fleet/open-alerts';
import { Scope } from '../scope/scope';
import { Toasts } from '../ui/toasts';
import { alertMessage } from './alert-message';
import { alertWords } from './words';

const NAME_KEY = 'apt-name';

export interface AlertDeed {
  action: BulkAlertAction;
  note?: string;
  /** Milliseconds; of a snooze. */
  forMs?: number;
}

/** What people do about alerts, rules and silences, and in whose name. */
@Service()
export class AlertDesk {
  private readonly http = inject(HttpClient);
  private readonly scope = inject(Scope);
  private readonly toasts = inject(Toasts);
  private readonly open = inject(OpenAlerts);

  /** Who acts; kept in this browser. Empty: nobody said. */
  readonly name = signal(storedName());

  setName(name: string): void {
    this.name.set(name);
    try {
      localStorage.setItem(NAME_KEY, name);
    } catch {
      // Storage is blocked: the name holds until the page is left.
    }
  }

  /** Does the same to all of them and says what came of it; true when every one succeeded. */
  async act(alerts: readonly Alert[], deed: AlertDeed): Promise<boolean> {
    const first = alerts[0];
    if (first === undefined) return true;
    const { action, note, forMs } = deed;
    const body = {
      action,
      ids: alerts.map(({ id }) => id),
      ...(note && { note }),
      ...(action === 'snooze' && { forMs }),
      ...this.by('by'),
    };
    const url = apiUrl('alerts/bulk');
    const words = alertWords().desk;
    try {
      const { data } = await this.ask(
        this.http.post<Answer<BulkAlertVerdict[]>>(url, body, this.inProject()),
      );
      const failed = data.filter(({ ok }) => !ok);
      const done = data.length - failed.length;
      if (done > 0) {
        const what = alerts.length === 1 ? alertMessage(first) : words.alerts(done);
        this.toasts.show({ tone: 'good', text: words.done[action], detail: what });
      }
      if (failed.length > 0) {
        const why = [...new Set(failed.map(({ detail }) => detail))].join('; ');
        this.toasts.show({ tone: 'bad', text: words.someNotChanged(failed.length), detail: why });
      }
      this.open.feed.reload();
      return failed.length === 0;
    } catch (error) {
      this.complain(words.notChanged, error);
      return false;
    }
  }

  /** A page of alerts with the way to the next. */
  alerts(params: ApiRequest['params']): Promise<Answer<Alert[]>> {
    const given = givenParams({ ...params, project: this.scope.project() });
    return this.ask(this.http.get<Answer<Alert[]>>(apiUrl('alerts'), { params: given }));
  }

  /** Creates the rule, or changes it if it is still at `version`. */
  async saveRule(input: AlertRuleInput, rule: AlertRule | null): Promise<AlertRule> {
    const body = { ...input, ...this.by('author') };
    const { data } = await this.ask(
      rule === null
        ? this.http.post<Answer<AlertRule>>(apiUrl('alerts/rules'), body, this.inProject())
        : this.http.put<Answer<AlertRule>>(
            apiUrl(`alerts/rules/${rule.id}`),
            body,
            this.inProject(rule.version),
          ),
    );
    return data;
  }

  async rule(id: string): Promise<AlertRule> {
    const url = apiUrl(`alerts/rules/${encodeURIComponent(id)}`);
    return (await this.ask(this.http.get<Answer<AlertRule>>(url, this.inProject()))).data;
  }

  async deleteRule(rule: AlertRule): Promise<void> {
    await this.ask(
      this.http.delete(apiUrl(`alerts/rules/${rule.id}`), this.inProject(rule.version)),
    );
  }

  async backtest(body: object): Promise<BacktestResult> {
    const url = apiUrl('alerts/rules/backtest');
    return (await this.ask(this.http.post<Answer<BacktestResult>>(url, body, this.inProject())))
      .data;
  }

  async createSilence(input: SilenceInput): Promise<Silence> {
    const body = { ...input, ...this.by('author') };
    const url = apiUrl('alerts/silences');
    return (await this.ask(this.http.post<Answer<Silence>>(url, body, this.inProject()))).data;
  }

  /** Ends one that is active and keeps it for the record; takes back one that is to come. */
  async endSilence(silence: Silence): Promise<void> {
    const url = apiUrl(`alerts/silences/${silence.id}`);
    const options = this.inProject(silence.version);
    if (silence.state === 'scheduled') {
      await this.ask(this.http.delete(url, options));
      return;
    }
    const { matchers, startsAt, recurrence, comment } = silence;
    const endsAt = new Date().toISOString();
    await this.ask(
      this.http.put(url, { matchers, startsAt, endsAt, recurrence, comment }, options),
    );
  }

  /** Tells of a failure at the edge of the page. */
  complain(text: string, error: unknown): void {
    this.toasts.show({ tone: 'bad', text, detail: problemLine(error) });
  }

  private ask<T>(request: Observable<T>): Promise<T> {
    return firstValueFrom(request);
  }

  private by(field: 'by' | 'author'): Record<string, string> {
    const name = this.name().trim();
    return name === '' ? {} : { [field]: name };
  }

  private inProject(version?: number) {
    const headers: Record<string, string> =
      version === undefined ? {} : { 'If-Match': `"${version}"` };
    return { params: { project: this.scope.project() ?? '' }, headers };
  }
}

function storedName(): string {
  try {
    return localStorage.getItem(NAME_KEY) ?? '';
  } catch {
    return '';
  }
}

/** What the server says about single fields, by the last part of their path. */
export function fieldProblems(error: unknown): Record<string, string> {
  if (!(error instanceof HttpErrorResponse)) return {};
  const body = error.error as { errors?: FieldProblem[] } | null;
  const entries = (body?.errors ?? []).map(
    ({ path, detail }) => [path.replace(/^(?:rule|recurrence)\./, ''), detail] as const,
  );
  return Object.fromEntries(entries);
}

/** Whether somebody else changed it since it was read. */
export function isConflict(error: unknown): boolean {
  return error instanceof HttpErrorResponse && error.status === 412;
}
