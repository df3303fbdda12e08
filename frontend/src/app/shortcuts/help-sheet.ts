import { Component, computed, inject, output } from '@angular/core';
import { words } from '../i18n/language';
import { PAGES } from '../shell/pages';
import { shellDe } from '../shell/words.de';
import { shellEn } from '../shell/words.en';
import { Appearance } from '../theme/appearance';
import { Drawer } from '../ui/drawer';
import { Switch } from '../ui/switch';

/** What each key does, and whether single keys do anything. */
@Component({
  selector: 'apt-help-sheet',
  imports: [Drawer, Switch],
  template: `
    <apt-drawer [heading]="words().keys.title" (closed)="closed.emit()" data-testid="help-sheet">
      <apt-switch
        testid="single-keys"
        [label]="words().keys.on"
        [(checked)]="appearance.shortcuts"
      />
      @for (part of parts(); track part.heading) {
        <h3>{{ part.heading }}</h3>
        <dl>
          @for (row of part.rows; track row.label) {
            <div>
              <dt>{{ row.label }}</dt>
              <dd>
                @for (key of row.keys; track $index) {
                  <kbd class="kbd">{{ key }}</kbd>
                }
              </dd>
            </div>
          }
        </dl>
      }
    </apt-drawer>
  `,
  styles: `
    h3 {
      margin: var(--space-5) 0 var(--space-1h);
      font-size: var(--text-m);
      font-weight: 620;
    }
    dl {
      margin: 0;
    }
    div {
      display: flex;
      justify-content: space-between;
      gap: var(--space-3);
      padding: var(--space-1h) 0;
      border-top: 1px solid var(--border);
    }
    dd {
      display: flex;
      gap: var(--space-1);
      margin: 0;
    }
  `,
})
export class HelpSheet {
  readonly closed = output();
  protected readonly appearance = inject(Appearance);
  protected readonly words = words({ en: shellEn, de: shellDe });
  protected readonly parts = computed(() => {
    const { keys, page } = this.words();
    return [
      {
        heading: keys.page,
        rows: [
          { label: keys.palette, keys: [`${keys.control}/⌘`, 'K'] },
          { label: keys.search, keys: ['/'] },
          { label: keys.range, keys: ['t'] },
          { label: keys.refresh, keys: ['r'] },
          { label: keys.pause, keys: ['space'] },
          { label: keys.help, keys: ['?'] },
        ],
      },
      {
        heading: keys.goTo,
        rows: PAGES.map(({ name, key }) => ({ label: page[name], keys: ['g', key] })),
      },
      {
        heading: keys.lists,
        rows: [
          { label: keys.next, keys: ['j', 'k'] },
          { label: keys.open, keys: ['enter'] },
          { label: keys.resolve, keys: ['e'] },
        ],
      },
    ];
  });
}
