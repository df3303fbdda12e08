import { DOCUMENT } from '@angular/common';
import { Service, inject, signal } from '@angular/core';
import { fileName, save } from '../charts/export';
import { chartWords } from '../charts/words';
import { formatExact, formatType } from '../format/format';
import { LanguageChoice, words } from '../i18n/language';
import { rangeLabel } from '../scope/range-text';
import { Scope } from '../scope/scope';
import { scopeDe } from '../scope/words.de';
import { scopeEn } from '../scope/words.en';
import { Theme } from '../theme/theme';
import { Toasts } from '../ui/toasts';
import { collectSections } from './collect';
import { reportDocument } from './report-document';
import { reportDe } from './words.de';
import { reportEn } from './words.en';

/** Charts are drawn anew in light colours: paper is white. */
const REDRAW_MS = 600;

/** Makes one file of what the page shows, to be sent on or printed. */
@Service()
export class Report {
  readonly words = words({ en: reportEn, de: reportDe });
  private readonly scopeWords = words({ en: scopeEn, de: scopeDe });
  private readonly document = inject(DOCUMENT);
  private readonly scope = inject(Scope);
  private readonly theme = inject(Theme);
  private readonly toasts = inject(Toasts);
  private readonly language = inject(LanguageChoice);
  /** Whether one is being made. */
  readonly making = signal(false);

  /** @param title what the report is called */
  async make(title: string): Promise<void> {
    if (this.making()) return;
    this.making.set(true);
    const [mode, wasDark] = [this.theme.mode(), this.theme.isDark()];
    try {
      if (wasDark) this.theme.choose('light');
      await new Promise((resolve) => setTimeout(resolve, wasDark ? REDRAW_MS : 0));
      const name = fileName(title, 'html', new Date());
      save(this.document, name, new Blob([this.html(title)], { type: 'text/html;charset=utf-8' }));
      this.toasts.show({ tone: 'good', text: this.words().made, detail: name });
    } catch (error) {
      const detail = error instanceof Error ? error.message : '';
      this.toasts.show({ tone: 'bad', text: this.words().failed, detail });
    } finally {
      if (wasDark) this.theme.choose(mode);
      this.making.set(false);
    }
  }

  private html(title: string): string {
    const main = this.document.querySelector<HTMLElement>('main');
    if (main === null) throw new Error('The page has no main part');
    const w = this.words();
    return reportDocument({
      title,
      language: this.language.language(),
      product: w.product,
      facts: this.facts(),
      sections: collectSections(main, { ...w, keys: chartWords().keys }),
      hint: w.print,
    });
  }

  private facts(): { label: string; value: string }[] {
    const w = this.words();
    const [range, span, type] = [this.scope.range(), this.scope.span(), this.scope.agentType()];
    const zone = this.scope.timeZone();
    const project = this.scope.project() ?? '';
    const named = this.scope.projects.data()?.find(({ slug }) => slug === project)?.name;
    const instants = span && `${formatExact(span.fromMs)} – ${formatExact(span.toMs)}`;
    const label = range && rangeLabel(range, zone, this.scopeWords());
    const about = this.document.location;
    return [
      { label: w.project, value: named || project },
      { label: w.range, value: [label, instants].filter(Boolean).join(': ') },
      { label: w.zone, value: zone },
      ...(type === null ? [] : [{ label: w.filter, value: formatType(type) }]),
      { label: w.madeAt, value: formatExact(Date.now()) },
      { label: w.source, value: `${about.origin}${about.pathname}${about.search}` },
    ];
  }
}
