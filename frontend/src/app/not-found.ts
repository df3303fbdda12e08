import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';

@Component({
  selector: 'apt-not-found',
  imports: [RouterLink],
  template: `
    <div class="blank">
      <h1>There is no such page</h1>
      <p>The address may be old or mistyped.</p>
      <a class="button primary" routerLink="/agent-performance">Go to the overview</a>
    </div>
  `,
})
export class NotFound {}
