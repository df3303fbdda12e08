import { DOCUMENT } from '@angular/common';
import { Component, computed, inject, input } from '@angular/core';
import { words } from '../i18n/language';
import { CodeSample } from '../ui/code-sample';
import { curlCommand, sdkSnippet } from './first-steps';
import { overviewDe } from './words.de';
import { overviewEn } from './words.en';

/** What to do where no agent has ever reported. The page takes its place by itself. */
@Component({
  selector: 'apt-onboarding',
  imports: [CodeSample],
  template: `
    <section class="panel" data-testid="empty-no-agents">
      <h2>{{ words().heading }}</h2>
      <p class="lead">
        {{ words().send }}
        <b
          ><bdi>{{ project() }}</bdi></b
        >{{ words().then }}
      </p>
      <apt-code-sample [heading]="words().shell" [code]="curl()" />
      <apt-code-sample [heading]="words().code" [code]="sdk()" />
      <p class="wait" role="status"><i></i>{{ words().waiting }}</p>
    </section>
  `,
  styles: `
    .panel {
      max-width: 860px;
      margin: var(--space-3) auto 0;
      padding: var(--space-8) clamp(var(--space-4), 4vw, 40px) var(--space-8);
    }
    h2 {
      margin: 0 0 var(--space-1);
      font-size: var(--text-xl);
      font-weight: 650;
      letter-spacing: -0.015em;
    }
    .lead {
      margin: 0 0 var(--space-5);
      color: var(--muted);
      font-size: var(--text-l);
      b {
        color: var(--text);
        font-weight: 600;
      }
    }
    .wait {
      display: flex;
      align-items: center;
      gap: var(--space-2h);
      margin: var(--space-6) 0 0;
      color: var(--muted);
    }
    i {
      width: 8px;
      height: 8px;
      border-radius: 50%;
      background: var(--accent);
    }
    @media (prefers-reduced-motion: no-preference) {
      i {
        animation: wait 1.6s ease-in-out infinite;
      }
    }
    @keyframes wait {
      50% {
        opacity: 0.25;
      }
    }
  `,
})
export class Onboarding {
  readonly project = input.required<string>();
  protected readonly words = words({ en: overviewEn.start, de: overviewDe.start });
  private readonly origin = inject(DOCUMENT).location.origin;
  private readonly openedAt = new Date();
  protected readonly curl = computed(() => curlCommand(this.origin, this.project(), this.openedAt));
  protected readonly sdk = computed(() => sdkSnippet(this.origin, this.project()));
}
