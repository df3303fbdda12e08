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
import { GRACE_MS, Resolutions } from '../fleet/resolutions';
import { Scope } from '../scope/scope';
import { Toasts } from '../ui/toasts';
import { alertMessage } from './alert-message';
import { alertWords } from './words';

const NAME_KEY = 'apt-name';
/** What takes a deed back; what is not here says so itself, or has its own way. */
const BACK: Partial<Record<BulkAlertAction, BulkAlertAction>> = {
  acknowledge: 'unacknowledge',
  snooze: 'unsnooze',
};

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

  private readonly resolutions = inject(Resolutions);
  /** Raised when something was done, or taken back, that no page waits for. */
  readonly changed = signal(0);

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

  /**
   * Does the same to all of them and says what came of it; true when every one succeeded. What is
   * resolved can be taken back for a while: it is done, or put back, behind the caller's back.
   */
  async act(alerts: readonly Alert[], deed: AlertDeed): Promise<boolean> {
    const first = alerts[0];
    if (first === undefined) return true;
    const words = alertWords().desk;
    const detail = alerts.length === 1 ? alertMessage(first) : words.alerts(alerts.length);
    const said = { text: words.done[deed.action], detail };
    const send = this.sending(alerts, deed);
    if (deed.action === 'resolve') {
      void this.resolutions
        .resolve(alerts, said, async () => this.resolutions.putBack(await send()))
        .catch((error: unknown) => this.complain(words.notChanged, error))
        .finally(() => this.readAnew());
      return true;
    }
    try {
      const failed = await send();
      const done = alerts.length - failed.length;
      if (done > 0) this.sayDone(alerts, deed, failed, said);
      this.open.feed.reload();
      return failed.length === 0;
    } catch (error) {
      this.complain(words.notChanged, error);
      return false;
    }
  }

  /** @returns what does it, in the project and the name of now; it returns whose it could not be done to */
  private sending(alerts: readonly Alert[], deed: AlertDeed): () => Promise<string[]> {
    const { action, note, forMs } = deed;
    const body = {
      action,
      ids: alerts.map(({ id }) => id),
      ...(note && { note }),
      ...(action === 'snooze' && { forMs }),
      ...this.by('by'),
    };
    const options = { ...this.inProject(), keepalive: true };
    return async () => {
      const url = apiUrl('alerts/bulk');
      const { data } = await this.ask(
        this.http.post<Answer<BulkAlertVerdict[]>>(url, body, options),
      );
      const failed = data.filter(({ ok }) => !ok);
      if (failed.length > 0) {
        const text = alertWords().desk.someNotChanged(failed.length);
        const why = [...new Set(failed.map(({ detail }) => detail))].join('; ');
        this.toasts.show({ tone: 'bad', text, detail: why });
      }
      return failed.map(({ id }) => id);
    };
  }

  private sayDone(
    alerts: readonly Alert[],
    { action }: AlertDeed,
    failed: readonly string[],
    said: { text: string; detail: string },
  ): void {
    const back = BACK[action];
    if (!back) {
      this.toasts.show({ tone: 'good', ...said });
      return;
    }
    const changed = alerts.filter(({ id }) => !failed.includes(id));
    const undo = (): void => {
      clearTimeout(timer);
      this.toasts.dismiss(toastId);
      void this.act(changed, { action: back }).then(() => this.readAnew());
    };
    const toastId = this.toasts.show({ tone: 'good', ...said, undo });
    const timer = setTimeout(() => this.toasts.dismiss(toastId), GRACE_MS);
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

  private readAnew(): void {
    this.open.feed.reload();
    this.changed.update((times) => times + 1);
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
