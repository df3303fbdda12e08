import { FocusKeyManager } from '@angular/cdk/a11y';
import { Component, Injector, computed, inject, input, model, viewChildren } from '@angular/core';
import type { ElementRef } from '@angular/core';

export interface Tab {
  id: string;
  label: string;
}

let lastId = 0;

/**
 * Parts of one place, one at a time: the content is the chosen part. One stop for Tab, arrows
 * between the tabs.
 */
@Component({
  selector: 'apt-tabs',
  template: `
    <!-- Its tabs take the focus. -->
    <!-- eslint-disable-next-line @angular-eslint/template/interactive-supports-focus -->
    <div role="tablist" class="tabs" [attr.aria-label]="label()" (keydown)="step($event)">
      @for (tab of tabs(); track tab.id; let at = $index) {
        <button
          #button
          type="button"
          role="tab"
          class="tab"
          [id]="id + '-' + tab.id"
          [attr.data-testid]="'tab-' + tab.id"
          [attr.aria-selected]="tab.id === value()"
          [attr.aria-controls]="id"
          [tabIndex]="tab.id === value() ? 0 : -1"
          (click)="choose(at)"
        >
          {{ tab.label }}
        </button>
      }
    </div>
    <div role="tabpanel" [id]="id" [attr.aria-labelledby]="id + '-' + value()">
      <ng-content />
    </div>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    [role='tabpanel'] {
      padding-top: var(--space-3);
    }
  `,
})
export class Tabs {
  readonly label = input.required<string>();
  readonly tabs = input.required<readonly Tab[]>();
  /** The id of the chosen tab. */
  readonly value = model.required<string>();
  protected readonly id = `tabs-${(lastId += 1)}`;
  private readonly buttons = viewChildren<ElementRef<HTMLElement>>('button');
  private readonly entries = computed(() =>
    this.buttons().map(({ nativeElement }, at) => ({
      focus: () => {
        nativeElement.focus();
        this.value.set(this.tabs()[at]?.id ?? this.value());
      },
    })),
  );
  private readonly keys = new FocusKeyManager(this.entries, inject(Injector))
    .withHorizontalOrientation('ltr')
    .withVerticalOrientation(false)
    .withHomeAndEnd()
    .withWrap();

  protected step(event: KeyboardEvent): void {
    this.keys.updateActiveItem(this.tabs().findIndex(({ id }) => id === this.value()));
    this.keys.onKeydown(event);
  }

  protected choose(at: number): void {
    this.keys.setActiveItem(at);
  }
}
