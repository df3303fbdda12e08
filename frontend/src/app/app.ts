import { Component } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { Notices } from './shell/notices';
import { Sidebar } from './shell/sidebar';
import { ToastList } from './ui/toast-list';

@Component({
  selector: 'apt-root',
  imports: [RouterOutlet, Sidebar, Notices, ToastList],
  template: `
    <a class="skip" href="#main" (click)="skip($event, main)">Skip to content</a>
    <apt-sidebar />
    <main id="main" tabindex="-1" #main>
      <apt-notices />
      <router-outlet />
    </main>
    <apt-toast-list />
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      min-height: 100dvh;
    }
    main {
      width: 100%;
      max-width: 1760px;
      margin: 0 auto;
      padding: 0 12px 32px;
      outline: none;
    }
    .skip {
      position: absolute;
      z-index: 40;
      top: -60px;
      left: 12px;
      padding: 8px 14px;
      border-radius: 8px;
      background: var(--accent-strong);
      color: #fff;
      &:focus {
        top: 8px;
      }
    }
    @media (min-width: 1000px) {
      :host {
        grid-template-columns: 212px minmax(0, 1fr);
      }
      main {
        padding: 0 22px 40px;
      }
    }
  `,
})
export class App {
  /** The fragment would be written into the address, and with it a step of history. */
  protected skip(event: Event, main: HTMLElement): void {
    event.preventDefault();
    main.focus();
  }
}
