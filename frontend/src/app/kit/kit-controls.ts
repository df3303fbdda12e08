import { Component, computed, signal } from '@angular/core';
import { words } from '../i18n/language';
import { Combobox } from '../ui/combobox';
import { Control, Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { Picker } from '../ui/picker';
import { Switch } from '../ui/switch';
import { Toggle } from '../ui/toggle';
import { Tooltip } from '../ui/tooltip';
import { kitDe } from './words.de';
import { kitEn } from './words.en';

type State = 'default' | 'hover' | 'focus' | 'active' | 'disabled' | 'busy';

/** What is pressed and filled in, in every state. */
@Component({
  selector: 'apt-kit-controls',
  imports: [Combobox, Control, Field, Icon, Picker, Switch, Toggle, Tooltip],
  templateUrl: './kit-controls.html',
  styleUrl: './kit.css',
  styles: `
    .wide {
      overflow-x: auto;
    }
    .table {
      --cell-gap: 20px;
    }
  `,
})
export class KitControls {
  protected readonly words = words({ en: kitEn, de: kitDe });
  protected readonly kinds = [
    'button',
    'button primary',
    'button danger',
    'button quiet',
    'button small',
    'link-button',
    'link-button quiet',
    'icon-button',
    'icon-button framed',
  ];
  protected readonly states: readonly State[] = [
    'default',
    'hover',
    'focus',
    'active',
    'disabled',
    'busy',
  ];
  protected readonly fieldStates = ['default', 'hover', 'focus', 'disabled'] as const;
  protected readonly boxStates = ['default', 'hover', 'focus', 'active', 'disabled'] as const;
  protected readonly on = signal(true);
  protected readonly off = signal(false);
  protected readonly picked = signal('a');
  protected readonly way = signal('cards');
  protected readonly options = computed(() =>
    ['a', 'b', 'c'].map((value) => ({ value, label: `${this.words().option} ${value}` })),
  );
  protected readonly many = computed(() =>
    Array.from({ length: 200 }, (_, at) => ({
      value: `${at + 1}`,
      label: `${this.words().option} ${at + 1}`,
      also: `option-${at + 1}`,
    })),
  );
  protected readonly oneOfMany = signal('120');
  protected readonly ways = computed(() => [
    { value: 'cards', label: this.words().cards, icon: 'cards' as const },
    { value: 'table', label: this.words().table, icon: 'table' as const },
    { value: 'plain', label: this.words().plain },
  ]);

  protected forced(state: State): string | null {
    if (state === 'hover' || state === 'active') return state;
    return state === 'focus' ? 'focus-visible' : null;
  }
}
