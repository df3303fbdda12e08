import { Clipboard } from '@angular/cdk/clipboard';
import { DOCUMENT } from '@angular/common';
import { Service, computed, inject } from '@angular/core';
import { Router } from '@angular/router';
import type { Agent } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import { namedApart } from '../fleet/named-apart';
import { LANGUAGES, LanguageChoice, words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Kiosk } from '../shell/kiosk';
import { PAGES } from '../shell/pages';
import { Panes } from '../shell/panes';
import { shellDe } from '../shell/words.de';
import { shellEn } from '../shell/words.en';
import { Appearance, DENSITIES } from '../theme/appearance';
import { Theme } from '../theme/theme';
import { QUICK_RANGES, quickRange } from '../time/range';
import type { IconName } from '../ui/icon';
import { paletteDe } from './words.de';
import { paletteEn } from './words.en';

export interface Command {
  id: string;
  kind: 'page' | 'agent' | 'range' | 'action';
  label: string;
  /** Found by this as well. */
  also?: string;
  icon: IconName;
  /** Keys that do the same. */
  keys?: string;
  run(): void;
}

/** All that the palette can do, in the language of the page. */
@Service()
export class Commands {
  private readonly router = inject(Router);
  private readonly scope = inject(Scope);
  private readonly refresh = inject(Refresh);
  private readonly panes = inject(Panes);
  private readonly kiosk = inject(Kiosk);
  private readonly theme = inject(Theme);
  private readonly appearance = inject(Appearance);
  private readonly language = inject(LanguageChoice);
  private readonly clipboard = inject(Clipboard);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly words = words({ en: paletteEn, de: paletteDe });
  private readonly shell = words({ en: shellEn, de: shellDe });

  /** Every agent of the project, also those that did not run within the range. */
  private readonly agents = apiFeed<Agent[]>(() => {
    const project = this.scope.project();
    if (project === undefined || this.panes.current() !== 'palette') return undefined;
    return { path: 'agents', params: { project } };
  }, 30_000);

  readonly all = computed<Command[]>(() => [
    ...this.pages(),
    ...this.agentPages(),
    ...this.ranges(),
    ...this.actions(),
  ]);

  private readonly pages = computed(() =>
    PAGES.map(({ name, path, icon, key }) =>
      this.command(`page ${name}`, 'page', this.shell().page[name], icon, () => this.go(path), {
        keys: `g ${key}`,
        also: name,
      }),
    ),
  );

  private readonly agentPages = computed(() =>
    namedApart(this.agents.data() ?? []).map(({ agentId, agentName }) =>
      this.command(
        `agent ${agentId}`,
        'agent',
        agentName,
        'agents',
        () => this.go('agents', agentId),
        { also: agentId },
      ),
    ),
  );

  private readonly ranges = computed(() =>
    QUICK_RANGES.map((range) =>
      this.command(
        `range ${range}`,
        'range',
        this.words().ranges[range],
        'clock',
        () => this.scope.chooseRange(quickRange(range)),
        { also: range },
      ),
    ),
  );

  private readonly actions = computed(() => {
    const said = this.words();
    const paused = this.refresh.paused();
    const act = (id: string, label: string, icon: IconName, run: () => void, keys?: string) =>
      this.command(`do ${id}`, 'action', label, icon, run, keys === undefined ? {} : { keys });
    return [
      act('pause', paused ? said.resume : said.pause, paused ? 'play' : 'pause', () => {
        if (paused) this.refresh.resume();
        else this.refresh.pause();
      }),
      act('refresh', said.refresh, 'retry', () => this.refresh.byHand(), 'r'),
      act('link', said.link, 'link', () => this.clipboard.copy(this.window?.location.href ?? '')),
      act('kiosk', said.kiosk, 'screen', () => this.kiosk.toggle()),
      act('messages', said.messages, 'bell', () => this.panes.open('messages')),
      act('help', said.help, 'help', () => this.panes.open('help'), '?'),
      act('light', said.light, 'sun', () => this.theme.choose('light')),
      act('dark', said.dark, 'moon', () => this.theme.choose('dark')),
      act('system', said.system, 'system', () => this.theme.choose('system')),
      ...DENSITIES.map((density) =>
        act(density, said[density], 'table', () => this.appearance.density.set(density)),
      ),
      ...LANGUAGES.map((language) =>
        act(language, said.language[language], 'settings', () => this.language.choose(language)),
      ),
      act('print', said.print, 'download', () => setTimeout(() => this.window?.print())),
    ];
  });

  private command(
    id: string,
    kind: Command['kind'],
    label: string,
    icon: IconName,
    run: () => void,
    more: { keys?: string; also?: string },
  ): Command {
    return { id, kind, label, icon, run, ...more };
  }

  private go(...path: string[]): void {
    const parts = path.filter((part) => part !== '');
    void this.router.navigate([HOME, ...parts], { queryParams: this.scope.linkParams() });
  }
}
