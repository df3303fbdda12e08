import { Pipe, inject } from '@angular/core';
import type { PipeTransform } from '@angular/core';
import { Refresh } from '../api/refresh';
import { formatAge } from '../format/format';

/** How long ago an instant was; moves with the page's clock. */
@Pipe({ name: 'age', pure: false })
export class AgePipe implements PipeTransform {
  private readonly refresh = inject(Refresh);

  transform(instant: string | null): string {
    return instant === null ? '–' : formatAge(this.refresh.now() - Date.parse(instant));
  }
}
