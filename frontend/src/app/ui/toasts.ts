import { Service, signal } from '@angular/core';

export interface Toast {
  tone: 'good' | 'bad';
  text: string;
  detail?: string;
}

interface ShownToast extends Toast {
  id: number;
}

const MOST_SHOWN = 3;
const GOOD_MS = 5000;

/** Short messages at the edge of the page. Bad news stays until it is dismissed. */
@Service()
export class Toasts {
  private lastId = 0;
  private readonly list = signal<readonly ShownToast[]>([]);
  readonly shown = this.list.asReadonly();

  show(toast: Toast): void {
    this.lastId += 1;
    const id = this.lastId;
    this.list.update((list) => [...list, { ...toast, id }].slice(-MOST_SHOWN));
    if (toast.tone === 'good') setTimeout(() => this.dismiss(id), GOOD_MS);
  }

  dismiss(id: number): void {
    this.list.update((list) => list.filter((toast) => toast.id !== id));
  }
}
