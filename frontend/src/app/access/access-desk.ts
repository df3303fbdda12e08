import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type {
  Answer,
  ApiKeyInput,
  AuditEntry,
  CreatedApiKey,
  CreatedInvitation,
  InvitationOffer,
  Role,
  Session,
  SignIn,
} from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiUrl, givenParams } from '../api/api-feed';
import type { ApiRequest } from '../api/api-feed';
import { Scope } from '../scope/scope';

/** What people do about keys, people and themselves. */
@Service()
export class AccessDesk {
  private readonly http = inject(HttpClient);
  private readonly scope = inject(Scope);

  async createKey(input: ApiKeyInput): Promise<CreatedApiKey> {
    return this.post<CreatedApiKey>('keys', input, this.params());
  }

  async revokeKey(keyId: string): Promise<void> {
    await this.delete(`keys/${keyId}`);
  }

  async setRole(userId: string, role: Role): Promise<void> {
    const options = { params: this.params() };
    await firstValueFrom(this.http.put(apiUrl(`members/${userId}`), { role }, options));
  }

  async removeMember(userId: string): Promise<void> {
    await this.delete(`members/${userId}`);
  }

  async invite(role: Role, note: string): Promise<CreatedInvitation> {
    const input = { role, ...(note !== '' && { note }) };
    return this.post<CreatedInvitation>('invitations', input, this.params());
  }

  async takeBack(invitationId: string): Promise<void> {
    await this.delete(`invitations/${invitationId}`);
  }

  /** A page of the audit log with the way to the next. */
  audit(params: ApiRequest['params']): Promise<Answer<AuditEntry[]>> {
    const given = givenParams({ ...params, project: this.scope.project() });
    return firstValueFrom(this.http.get<Answer<AuditEntry[]>>(apiUrl('audit'), { params: given }));
  }

  async signOut(): Promise<void> {
    await firstValueFrom(this.http.delete(apiUrl('auth/session')));
  }

  private post<T>(path: string, body: object, params: Record<string, string> = {}): Promise<T> {
    return answerTo<T>(this.http, path, body, params);
  }

  private async delete(path: string): Promise<void> {
    await firstValueFrom(this.http.delete(apiUrl(path), { params: this.params() }));
  }

  private params(): Record<string, string> {
    return { project: this.scope.project() ?? '' };
  }
}

/** What those do who are not signed in yet; asks for nothing by itself. */
@Service()
export class FrontDesk {
  private readonly http = inject(HttpClient);

  signIn(who: SignIn): Promise<Session> {
    return answerTo<Session>(this.http, 'auth/session', who);
  }

  offer(token: string): Promise<InvitationOffer> {
    return answerTo<InvitationOffer>(this.http, 'auth/invitation', { token });
  }

  accept(token: string, name: string, password: string): Promise<Session> {
    return answerTo<Session>(this.http, 'auth/invitation/accept', { token, name, password });
  }
}

async function answerTo<T>(
  http: HttpClient,
  path: string,
  body: object,
  params: Record<string, string> = {},
): Promise<T> {
  return (await firstValueFrom(http.post<Answer<T>>(apiUrl(path), body, { params }))).data;
}
