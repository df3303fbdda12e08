import { randomUUID } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import type { Member, Role, User } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { AccessLedger } from '../audit/access.ledger.js';
import type { Query } from '../audit/audit.trail.js';
import type { Author } from '../audit/author.js';
import { hashPassword, requireGoodPassword } from './password.js';

export interface NewUser {
  name: string;
  password: string;
  administrator?: boolean;
}

export interface UserChange {
  administrator?: boolean;
  disabled?: boolean;
  password?: string;
}

interface UserRow {
  user_id: string;
  name: string;
  administrator: boolean;
  created_at: Date;
  disabled_at: Date | null;
  last_sign_in_at: Date | null;
  projects: { slug: string; role: Role }[];
}

const SELECT_USERS = `
SELECT u.user_id, u.name, u.administrator, u.created_at, u.disabled_at, u.last_sign_in_at,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('slug', p.slug, 'role', m.role) ORDER BY p.slug), '[]')
   FROM project_members m JOIN projects p ON p.project_id = m.project_id
   WHERE m.user_id = u.user_id) AS projects
FROM users u`;

const UPDATE_USER = `
UPDATE users SET administrator = $2, disabled_at = $3, password_hash = coalesce($4, password_hash),
  reset_token_hash = CASE WHEN $4::text IS NULL AND $3::timestamptz IS NULL THEN reset_token_hash END
WHERE user_id = $1`;

const MEMBERS = `
SELECT u.user_id, u.name, m.role, u.last_sign_in_at FROM project_members m
JOIN users u ON u.user_id = m.user_id
WHERE m.project_id = $1 AND u.disabled_at IS NULL ORDER BY u.name`;

const SET_MEMBER = `
INSERT INTO project_members (project_id, user_id, role) VALUES ($1, $2, $3)
ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`;

/** People, and what they are in which project. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: AccessLedger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(): Promise<User[]> {
    const rows = await this.dataSource.query<UserRow[]>(`${SELECT_USERS} ORDER BY u.name`);
    return rows.map(userOf);
  }

  /** @throws DomainError `name-taken` (409), `invalid-request` for a weak password */
  async create(author: Author, { name, password, administrator = false }: NewUser): Promise<User> {
    requireGoodPassword(password, name);
    const hash = await hashPassword(password);
    return this.ledger.change(author, async (query) => {
      const userId = await addUser(query, name, hash, this.clock.now(), administrator);
      const after = await this.userOf(query, userId);
      return { result: after, change: { action: 'user.create', subject: name, after } };
    });
  }

  /**
   * Changes what somebody is. Signs them out where it takes something from them or where they
   * get another password.
   * @throws DomainError `unknown-user`, `last-administrator` (409)
   */
  async change(author: Author, userId: string, wanted: UserChange): Promise<User> {
    const hash = wanted.password === undefined ? null : await this.hashFor(userId, wanted.password);
    return this.ledger.change(author, async (query) => {
      const before = await this.userOf(query, userId);
      const administrator = wanted.administrator ?? before.administrator;
      const isDisabled = wanted.disabled ?? before.disabledAt !== null;
      if (!administrator || isDisabled) await requireOtherAdministrator(query, before);
      const disabledAt = isDisabled ? (before.disabledAt ?? this.clock.now()) : null;
      await query(UPDATE_USER, [userId, administrator, disabledAt, hash]);
      if (hash !== null || isDisabled) {
        await query('DELETE FROM user_sessions WHERE user_id = $1', [userId]);
      }
      if (isDisabled || (before.administrator && !administrator)) {
        await endInvitations(query, before.name, null);
      }
      const after = await this.userOf(query, userId);
      const what = {
        subject: before.name,
        before,
        after: { ...after, newPassword: hash !== null },
      };
      return { result: after, change: { action: 'user.change', ...what } };
    });
  }

  /** @throws DomainError `unknown-user`, `last-administrator` (409) */
  remove(author: Author, userId: string): Promise<void> {
    return this.ledger.change(author, async (query) => {
      const before = await this.userOf(query, userId);
      await requireOtherAdministrator(query, before);
      await query('DELETE FROM users WHERE user_id = $1', [userId]);
      await endInvitations(query, before.name, null);
      const change = { action: 'user.delete', subject: before.name, before };
      return { result: undefined, change };
    });
  }

  /** Those of a project, by name; administrators of every project are not among them. */
  async members(projectId: number): Promise<Member[]> {
    const rows = await this.dataSource.query<
      { user_id: string; name: string; role: Role; last_sign_in_at: Date | null }[]
    >(MEMBERS, [projectId]);
    return rows.map((row) => ({
      userId: row.user_id,
      name: row.name,
      role: row.role,
      lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
    }));
  }

  /**
   * Gives somebody a role in a project, or takes it away.
   * @param role null: takes it away
   * @param mayAdd whether somebody may be taken in who is not a member yet
   * @throws DomainError `unknown-user`
   */
  setRole(
    author: Author,
    projectId: number,
    userId: string,
    role: Role | null,
    mayAdd: boolean,
  ): Promise<void> {
    return this.ledger.change(author, async (query) => {
      const [found] = await query<{ name: string; role: Role | null }>(
        `SELECT u.name, m.role FROM users u
         LEFT JOIN project_members m ON m.user_id = u.user_id AND m.project_id = $2
         WHERE u.user_id = $1`,
        [userId, projectId],
      );
      // Who is not of the project does not exist for its administrators.
      if (!found || (found.role === null && (!mayAdd || role === null))) {
        throw new DomainError('unknown-user', 404);
      }
      await setMember(query, projectId, userId, role);
      if (role !== 'admin') await endInvitations(query, found.name, projectId);
      const before = { role: found.role };
      const what = { subject: found.name, projectId, before, after: { role } };
      return { result: undefined, change: { action: 'member.set', ...what } };
    });
  }

  private async hashFor(userId: string, password: string): Promise<string> {
    const [user] = await this.dataSource.query<{ name: string }[]>(
      'SELECT name FROM users WHERE user_id = $1',
      [userId],
    );
    if (!user) throw new DomainError('unknown-user', 404);
    requireGoodPassword(password, user.name);
    return hashPassword(password);
  }

  private async userOf(query: Query, userId: string): Promise<User> {
    const [row] = await query<UserRow>(`${SELECT_USERS} WHERE u.user_id = $1`, [userId]);
    if (!row) throw new DomainError('unknown-user', 404);
    return userOf(row);
  }
}

/** @throws DomainError `name-taken` (409) */
export async function addUser(
  query: Query,
  name: string,
  hash: string,
  now: Date,
  administrator = false,
): Promise<string> {
  const userId = randomUUID();
  const [made] = await query(
    `INSERT INTO users (user_id, name, password_hash, administrator, created_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING RETURNING user_id`,
    [userId, name, hash, administrator, now],
  );
  if (!made) throw new DomainError('name-taken', 409, 'There is somebody of this name already');
  return userId;
}

export async function setMember(
  query: Query,
  projectId: number,
  userId: string,
  role: Role | null,
): Promise<void> {
  if (role === null) {
    const of = 'DELETE FROM project_members WHERE project_id = $1 AND user_id = $2';
    await query(of, [projectId, userId]);
  } else {
    await query(SET_MEMBER, [projectId, userId, role]);
  }
}

/**
 * Who may invite nobody any more leaves no way back in behind.
 * @param projectId null: in every project
 */
async function endInvitations(query: Query, name: string, projectId: number | null): Promise<void> {
  await query(
    `DELETE FROM invitations WHERE created_by = $1 AND used_at IS NULL
       AND ($2::integer IS NULL OR project_id = $2::integer)`,
    [name, projectId],
  );
}

async function requireOtherAdministrator(query: Query, user: User): Promise<void> {
  if (!user.administrator || user.disabledAt !== null) return;
  const [other] = await query(
    'SELECT 1 FROM users WHERE administrator AND disabled_at IS NULL AND user_id <> $1',
    [user.userId],
  );
  if (!other) throw new DomainError('last-administrator', 409);
}

function userOf(row: UserRow): User {
  return {
    userId: row.user_id,
    name: row.name,
    administrator: row.administrator,
    createdAt: row.created_at.toISOString(),
    disabledAt: row.disabled_at?.toISOString() ?? null,
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
    projects: row.projects,
  };
}
