import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type {
  Answer,
  ApiKeyInput,
  AuditEntry,
  CreatedApiKey,
  CreatedInvitation,
  CreatedPasswordReset,
  InvitationOffer,
  PasswordResetOffer,
  Role,
  Session,
  SignIn,
} from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiUrl, givenParams } from '../api/api-feed';
import type { ApiRequest } from '../api/api-feed';
import { Scope } from '../scope/scope';

export interface UserChange {
  administrator?: boolean;
  disabled?: boolean;
}

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

  async changeUser(userId: string, change: UserChange): Promise<void> {
    await firstValueFrom(this.http.patch(apiUrl(`users/${userId}`), change));
  }

  async removeUser(userId: string): Promise<void> {
    await firstValueFrom(this.http.delete(apiUrl(`users/${userId}`)));
  }

  /** A link by which somebody chooses a new password. */
  reset(userId: string): Promise<CreatedPasswordReset> {
    return this.post<CreatedPasswordReset>(`users/${userId}/reset`, {});
  }

  /** @param role null: takes it away */
  async setRoleIn(project: string, userId: string, role: Role | null): Promise<void> {
    const url = apiUrl(`members/${userId}`);
    const options = { params: { project } };
    await firstValueFrom(
      role === null ? this.http.delete(url, options) : this.http.put(url, { role }, options),
    );
  }

  /** @param sessionId null: all but this one */
  async endSession(sessionId: string | null): Promise<void> {
    const path = sessionId === null ? 'auth/sessions' : `auth/sessions/${sessionId}`;
    await firstValueFrom(this.http.delete(apiUrl(path)));
  }

  async changePassword(currentPassword: string, newPassword: string): Promise<void> {
    const body = { currentPassword, newPassword };
    await firstValueFrom(this.http.post(apiUrl('auth/password'), body));
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

  resetOffer(token: string): Promise<PasswordResetOffer> {
    return answerTo<PasswordResetOffer>(this.http, 'auth/reset', { token });
  }

  acceptReset(token: string, password: string): Promise<Session> {
    return answerTo<Session>(this.http, 'auth/reset/accept', { token, password });
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
