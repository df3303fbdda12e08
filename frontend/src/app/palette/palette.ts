import {
  Component,
  afterNextRender,
  computed,
  inject,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { ElementRef } from '@angular/core';
import { words } from '../i18n/language';
import { Icon } from '../ui/icon';
import { Commands } from './commands';
import type { Command } from './commands';
import { ranked } from '../ui/fuzzy';
import { paletteDe } from './words.de';
import { paletteEn } from './words.en';

const RECENT_KEY = 'apt-palette';
const MOST_RECENT = 8;
const MOST_SHOWN = 12;

/** Everything by its name: agents, pages, ranges, actions. */
@Component({
  selector: 'apt-palette',
  imports: [Icon],
  templateUrl: './palette.html',
  styleUrl: './palette.css',
})
export class Palette {
  readonly closed = output();
  private readonly commands = inject(Commands);
  protected readonly words = words({ en: paletteEn, de: paletteDe });
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly recent = signal(storedRecent());
  protected readonly typed = signal('');
  protected readonly found = computed(() =>
    ranked(this.commands.all(), this.typed(), this.recent(), MOST_SHOWN),
  );
  /** The first one, until the keys choose another. */
  protected readonly at = linkedSignal<string, number>({
    source: this.typed,
    computation: () => 0,
  });

  constructor() {
    afterNextRender(() => this.dialog().nativeElement.showModal());
  }

  protected type(event: Event): void {
    this.typed.set((event.target as HTMLInputElement).value);
  }

  protected press(event: KeyboardEvent): void {
    const last = this.found().length - 1;
    switch (event.key) {
      case 'ArrowDown':
        this.at.update((at) => (at >= last ? 0 : at + 1));
        break;
      case 'ArrowUp':
        this.at.update((at) => (at <= 0 ? last : at - 1));
        break;
      case 'Home':
        this.at.set(0);
        break;
      case 'End':
        this.at.set(last);
        break;
      case 'Enter':
        this.run(this.found()[this.at()]);
        break;
      default:
        return;
    }
    event.preventDefault();
    // The list is painted with the next frame.
    setTimeout(() =>
      this.dialog()
        .nativeElement.querySelector('[aria-selected=true]')
        ?.scrollIntoView({ block: 'nearest' }),
    );
  }

  protected run(command: Command | undefined): void {
    if (command === undefined) return;
    this.remember(command.id);
    this.dialog().nativeElement.close();
    this.closed.emit();
    command.run();
  }

  /** A click beside the box is a click on the dialog itself. */
  protected closeOutside(event: Event): void {
    if (event.target === event.currentTarget) this.dialog().nativeElement.close();
  }

  private remember(id: string): void {
    const recent = [id, ...this.recent().filter((one) => one !== id)].slice(0, MOST_RECENT);
    try {
      localStorage.setItem(RECENT_KEY, JSON.stringify(recent));
    } catch {
      // Storage is blocked: nothing is recent.
    }
  }
}

function storedRecent(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(RECENT_KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
