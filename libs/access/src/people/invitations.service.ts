import { randomUUID } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import type { CreatedInvitation, Invitation, InvitationOffer, Role } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { AccessLedger } from '../audit/access.ledger.js';
import type { Query } from '../audit/audit.trail.js';
import type { Author } from '../audit/author.js';
import { AccessPolicy } from '../guard/policy.js';
import type { Actor } from '../guard/principal.js';
import { hashOfSecret, mintToken } from '../keys/api-key.js';
import { hashPassword, requireGoodPassword } from './password.js';
import { addUser, setMember } from './people.service.js';
import { SessionsService } from './sessions.service.js';
import type { Place } from './sessions.service.js';

export interface NewInvitation {
  role: Role;
  note?: string | null;
  validHours: number;
}

interface InvitationRow {
  invitation_id: string;
  project_id: number;
  slug: string;
  project_name: string;
  role: Role;
  note: string | null;
  created_at: Date;
  created_by: string;
  expires_at: Date;
  used_at: Date | null;
  used_by: string | null;
}

const SELECT = `
SELECT i.invitation_id, i.project_id, p.slug, p.name AS project_name, i.role, i.note, i.created_at,
  i.created_by, i.expires_at, i.used_at, i.used_by
FROM invitations i JOIN projects p ON p.project_id = i.project_id AND p.archived_at IS NULL`;
const INSERT = `
INSERT INTO invitations (invitation_id, token_hash, project_id, role, note, created_at, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** Path of the page that takes an invitation up; the token follows as a fragment, which is not sent. */
const PAGE = '/agent-performance/invitation';

/** Takes people in by a link that works once. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: AccessLedger,
    private readonly sessions: SessionsService,
    private readonly policy: AccessPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first, used and expired ones included. */
  async list(projectId: number): Promise<Invitation[]> {
    const rows = await this.dataSource.query<InvitationRow[]>(
      `${SELECT} WHERE i.project_id = $1 ORDER BY i.created_at DESC, i.invitation_id LIMIT 500`,
      [projectId],
    );
    return rows.map(invitationOf);
  }

  async create(
    author: Author,
    projectId: number,
    { role, note, validHours }: NewInvitation,
  ): Promise<CreatedInvitation> {
    const now = this.clock.now();
    const { token, hash } = mintToken();
    const made = await this.ledger.change(author, async (query) => {
      const id = randomUUID();
      const expiresAt = new Date(now.getTime() + validHours * 3_600_000);
      const by = author.actor.name;
      await query(INSERT, [id, hash, projectId, role, note ?? null, now, by, expiresAt]);
      const after = invitationOf(await one(query, 'i.invitation_id = $1', [id]));
      const change = { action: 'invitation.create', subject: id, projectId, after };
      return { result: after, change };
    });
    return { ...made, token, url: `${this.policy.publicUrl ?? ''}${PAGE}#${token}` };
  }

  /** @throws DomainError `unknown-invitation` */
  revoke(author: Author, projectId: number, invitationId: string): Promise<void> {
    return this.ledger.change(author, async (query) => {
      const row = await one(query, 'i.invitation_id = $1 AND i.project_id = $2', [
        invitationId,
        projectId,
      ]);
      await query('DELETE FROM invitations WHERE invitation_id = $1', [invitationId]);
      const before = invitationOf(row);
      const change = { action: 'invitation.revoke', subject: invitationId, projectId, before };
      return { result: undefined, change };
    });
  }

  /** What a link offers. @throws DomainError `unknown-invitation` */
  async offer(token: string): Promise<InvitationOffer> {
    const row = await this.open((sql, parameters) => this.dataSource.query(sql, parameters), token);
    return {
      projectName: row.project_name,
      role: row.role,
      createdBy: row.created_by,
      expiresAt: row.expires_at.toISOString(),
    };
  }

  /**
   * Takes a link up: makes somebody new, or lets somebody into one more project who shows their
   * password.
   * @throws DomainError `unknown-invitation`, `name-taken` (409) when the password is not theirs
   */
  async accept(
    token: string,
    { name, password }: { name: string; password: string },
    place: Place,
  ): Promise<Actor> {
    await this.offer(token);
    const known = await this.find(name, password, place);
    if (!known) requireGoodPassword(password, name);
    const hash = known ? '' : await hashPassword(password);
    const actor: Actor = { kind: 'user', id: known?.id ?? null, name };
    const author: Author = {
      actor,
      requestId: null,
      address: place.address,
      noted: () => undefined,
    };
    return this.ledger.change(author, async (query) => {
      const row = await this.open(query, token);
      const now = this.clock.now();
      const userId = known?.id ?? (await addUser(query, name, hash, now));
      await setMember(query, row.project_id, userId, row.role);
      await query('UPDATE invitations SET used_at = $2, used_by = $3 WHERE invitation_id = $1', [
        row.invitation_id,
        now,
        name,
      ]);
      const what = { subject: row.invitation_id, projectId: row.project_id };
      const after = { name, role: row.role, isNew: !known };
      const change = { action: 'invitation.accept', ...what, after };
      return { result: { kind: 'user', id: userId, name } as const, change };
    });
  }

  private async find(name: string, password: string, place: Place): Promise<Actor | null> {
    const [taken] = await this.dataSource.query<unknown[]>('SELECT 1 FROM users WHERE name = $1', [
      name,
    ]);
    return taken ? this.sessions.recognise(name, password, place) : null;
  }

  private async open(query: Query, token: string): Promise<InvitationRow> {
    const now = this.clock.now();
    const open = 'i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > $2';
    return one(query, open, [hashOfSecret(token), now]);
  }
}

async function one(query: Query, where: string, values: unknown[]): Promise<InvitationRow> {
  const [row] = await query<InvitationRow>(`${SELECT} WHERE ${where}`, values);
  if (!row) throw new DomainError('unknown-invitation', 404);
  return row;
}

function invitationOf(row: InvitationRow): Invitation {
  return {
    invitationId: row.invitation_id,
    project: row.slug,
    role: row.role,
    note: row.note,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at.toISOString(),
    usedAt: row.used_at?.toISOString() ?? null,
    usedBy: row.used_by,
  };
}
