import { Component, computed, inject, signal } from '@angular/core';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Dialog } from '../ui/dialog';
import { Drawer } from '../ui/drawer';
import { Control, Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { Menu } from '../ui/menu';
import type { MenuItem } from '../ui/menu';
import { NavTabs } from '../ui/nav-tabs';
import { Tabs } from '../ui/tabs';
import { Toasts } from '../ui/toasts';
import { Tooltip } from '../ui/tooltip';
import { kitDe } from './words.de';
import { kitEn } from './words.en';

/** What lies over the page or stands for other parts of it. */
@Component({
  selector: 'apt-kit-layers',
  imports: [ConfirmDialog, Control, Dialog, Drawer, Field, Icon, Menu, NavTabs, Tabs, Tooltip],
  template: `
    <h2 id="kit-layers">{{ words().layers }}</h2>
    <div class="row">
      <apt-menu
        testid="kit-menu"
        [label]="words().menu"
        [items]="items()"
        [text]="words().menu"
        (chosen)="toasts.show({ tone: 'good', text: $event })"
      />
      <apt-menu [label]="words().more" [items]="items()" />
      <button
        type="button"
        class="icon-button framed"
        data-testid="kit-tip"
        [attr.aria-label]="words().save"
        [aptTooltip]="words().tip"
      >
        <apt-icon name="info" />
      </button>
      @for (layer of layers; track layer) {
        <button
          type="button"
          class="button"
          [attr.data-testid]="'kit-' + layer"
          (click)="open.set(layer)"
        >
          {{ words()[layer] }}
        </button>
      }
      @for (tone of tones; track tone) {
        <button
          type="button"
          class="button small"
          [attr.data-testid]="'toast-' + tone"
          (click)="toasts.show({ tone, text: words().sample, detail: words().hint })"
        >
          {{ words().toast }} {{ tone }}
        </button>
      }
    </div>
    <h3>{{ words().tabs }}</h3>
    <apt-nav-tabs [label]="words().pages" [tabs]="pages()" />
    <br />
    <apt-tabs [label]="words().parts" [tabs]="parts()" [(value)]="part">
      {{ words().partOf(part()) }}
    </apt-tabs>
    @switch (open()) {
      @case ('dialog') {
        <apt-dialog #dialog [heading]="words().dialog" (closed)="open.set(null)">
          <apt-field [label]="words().placeholder" [hint]="words().hint">
            <input aptControl />
          </apt-field>
          <button dialogActions type="button" class="button" (click)="dialog.close()">
            {{ words().cancel }}
          </button>
          <button dialogActions type="button" class="button primary" (click)="dialog.close()">
            {{ words().save }}
          </button>
        </apt-dialog>
      }
      @case ('confirm') {
        <apt-confirm-dialog
          [heading]="words().confirm"
          [text]="words().question"
          [action]="words().remove"
          (closed)="open.set(null)"
        />
      }
      @case ('drawer') {
        <apt-drawer [heading]="words().drawer" (closed)="open.set(null)">
          <p>{{ words().hint }}</p>
          <apt-menu testid="kit-inner-menu" [label]="words().menu" [items]="items()" />
        </apt-drawer>
      }
    }
  `,
  styleUrl: './kit.css',
})
export class KitLayers {
  protected readonly words = words({ en: kitEn, de: kitDe });
  protected readonly toasts = inject(Toasts);
  protected readonly layers = ['dialog', 'confirm', 'drawer'] as const;
  protected readonly tones = ['good', 'warn', 'bad'] as const;
  protected readonly open = signal<(typeof this.layers)[number] | null>(null);
  protected readonly part = signal('1');
  protected readonly parts = computed(() =>
    ['1', '2', '3'].map((id) => ({ id, label: this.words().partOf(id) })),
  );
  protected readonly pages = computed(() => [
    { path: `${HOME}/kit`, label: this.words().title },
    { path: HOME, label: this.words().overview },
  ]);
  protected readonly items = computed<MenuItem[]>(() => {
    const { save, copy, patterns, remove } = this.words();
    return [
      { id: 'save', label: save, icon: 'check' },
      { id: 'copy', label: copy, icon: 'copy', disabled: true },
      { id: 'patterns', label: patterns, icon: 'chart', checked: true, apart: true },
      { id: 'remove', label: remove, icon: 'trash', danger: true, apart: true },
    ];
  });
}
