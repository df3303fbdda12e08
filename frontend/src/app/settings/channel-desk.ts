import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type {
  Answer,
  ChannelKind,
  NewChannel,
  NotificationChannel,
  NotificationDelivery,
} from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiUrl, givenParams } from '../api/api-feed';
import type { ApiRequest } from '../api/api-feed';
import { Scope } from '../scope/scope';

/** What people do about channels and deliveries of the shown project. */
@Service()
export class ChannelDesk {
  private readonly http = inject(HttpClient);
  private readonly scope = inject(Scope);

  /** Creates the channel, or changes it if it is still at the version of `before`. */
  async save(
    kind: ChannelKind,
    body: Omit<NewChannel, 'kind'>,
    before: NotificationChannel | null,
  ): Promise<NotificationChannel> {
    const url = apiUrl('notifications/channels');
    const request =
      before === null
        ? this.http.post<Answer<NotificationChannel>>(url, { kind, ...body }, this.options())
        : this.http.patch<Answer<NotificationChannel>>(
            `${url}/${before.id}`,
            body,
            this.options(before.version),
          );
    return (await firstValueFrom(request)).data;
  }

  async read(id: string): Promise<NotificationChannel> {
    const url = apiUrl(`notifications/channels/${id}`);
    const request = this.http.get<Answer<NotificationChannel>>(url, this.options());
    return (await firstValueFrom(request)).data;
  }

  async remove({ id, version }: NotificationChannel): Promise<void> {
    const url = apiUrl(`notifications/channels/${id}`);
    await firstValueFrom(this.http.delete(url, this.options(version)));
  }

  /** Sends a message that says it is a test, and answers how that went. */
  async test({ id }: NotificationChannel): Promise<NotificationDelivery> {
    const url = apiUrl(`notifications/channels/${id}/test`);
    const request = this.http.post<Answer<NotificationDelivery>>(url, undefined, this.options());
    return (await firstValueFrom(request)).data;
  }

  async retry({ id }: NotificationDelivery): Promise<void> {
    const url = apiUrl(`notifications/deliveries/${id}/retry`);
    await firstValueFrom(this.http.post(url, undefined, this.options()));
  }

  /** A page of the log with the way to the next. */
  deliveries(params: ApiRequest['params']): Promise<Answer<NotificationDelivery[]>> {
    const given = givenParams({ ...params, project: this.scope.project() });
    const url = apiUrl('notifications/deliveries');
    return firstValueFrom(this.http.get<Answer<NotificationDelivery[]>>(url, { params: given }));
  }

  private options(version?: number) {
    const headers: Record<string, string> =
      version === undefined ? {} : { 'If-Match': `"${version}"` };
    return { params: { project: this.scope.project() ?? '' }, headers };
  }
}
