import type { AccessOffice } from '@app/access';
import type { ApiKey, User } from '@app/contracts';
import { DomainError } from '@app/platform';

import { UsageError } from './admin-command.js';
import type { Command } from './admin-command.js';

export interface Terminal {
  say: (line: string) => void;
  readPassword: () => Promise<string>;
}

const DAY_MS = 86_400_000;
const NAME = /^[a-z0-9][a-z0-9._@+-]{0,99}$/;

/** @throws DomainError when it is refused, UsageError when it makes no sense */
export async function runCommand(
  command: Command,
  office: AccessOffice,
  terminal: Terminal,
): Promise<void> {
  const [what] = command.name.split(' ');
  if (what === 'projects') return runProjects(command, office, terminal);
  if (what === 'keys') return runKeys(command, office, terminal);
  return runUsers(command, office, terminal);
}

async function runProjects(
  { name, subject, title }: Command,
  { projects, author }: AccessOffice,
  { say }: Terminal,
): Promise<void> {
  switch (name) {
    case 'projects list': {
      const rows = await projects.list();
      say(
        table(
          ['SLUG', 'NAME', 'MADE', 'ARCHIVED'],
          rows.map((one) => [one.slug, one.name, one.createdAt, one.archivedAt ?? '-']),
        ),
      );
      return;
    }
    case 'projects create': {
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(subject))
        throw new UsageError(`"${subject}" is not a slug`);
      await projects.create(author, subject, title ?? subject);
      return say(`Project ${subject} is made`);
    }
    case 'projects rename':
      await projects.change(author, subject, { name: title ?? subject });
      return say(`Project ${subject} is now called ${title ?? subject}`);
    default: {
      const archived = name === 'projects archive';
      await projects.change(author, subject, { archived });
      return say(`Project ${subject} is ${archived ? 'archived' : 'restored'}`);
    }
  }
}

async function runKeys(command: Command, office: AccessOffice, { say }: Terminal): Promise<void> {
  const { keys, author } = office;
  const { projectId } = await office.directory.resolve(command.project);
  const reach = { projectId, everywhere: true };
  switch (command.name) {
    case 'keys list': {
      const rows = await keys.list(reach);
      const heads = ['ID', 'PREFIX', 'NAME', 'PROJECT', 'SCOPES', 'STATE', 'LAST USED'];
      return say(table(heads, rows.map(keyCells)));
    }
    case 'keys create': {
      const { title = '', scopes, days, allProjects } = command;
      if (scopes.length === 0) throw new UsageError('--scopes: at least one');
      if (title.trim() === '' || title.length > 100)
        throw new UsageError('--name: 1 to 100 characters');
      const expiresAt =
        days === undefined ? null : new Date(Date.now() + days * DAY_MS).toISOString();
      const made = await keys.create(author, allProjects ? null : projectId, {
        name: title,
        scopes,
        expiresAt,
      });
      say(`Key ${made.prefix} of ${made.project ?? 'all projects'}, shown this once:`);
      return say(made.key);
    }
    default: {
      const { subject } = command;
      const found = (await keys.list(reach)).find(
        (key) => key.keyId === subject || key.prefix === subject,
      );
      if (!found) throw new DomainError('unknown-key', 404, `There is no key "${subject}"`);
      await keys.revoke(author, reach, found.keyId);
      return say(`Key ${found.prefix} is revoked`);
    }
  }
}

async function runUsers(
  command: Command,
  office: AccessOffice,
  { say, readPassword }: Terminal,
): Promise<void> {
  const { people, author } = office;
  if (command.name === 'users list') {
    return say(
      table(['NAME', 'PROJECTS', 'STATE', 'LAST SIGNED IN'], (await people.list()).map(userCells)),
    );
  }
  const name = command.subject.toLowerCase();
  if (command.name === 'users create') {
    if (!NAME.test(name)) throw new UsageError(`"${name}" is no name: a–z, 0–9 and . _ @ + -`);
    const password = requireLength(await readPassword());
    const made = await people.create(author, {
      name,
      password,
      administrator: command.administrator,
    });
    if (command.role !== undefined) await setRole(command, office, made.userId);
    return say(`${name} may sign in now`);
  }
  const user = (await people.list()).find((one) => one.name === name);
  if (!user) throw new DomainError('unknown-user', 404, `There is nobody called "${name}"`);
  switch (command.name) {
    case 'users password':
      await people.change(author, user.userId, { password: requireLength(await readPassword()) });
      return say(`${name} has a new password and is signed out everywhere`);
    case 'users role':
      await setRole(command, office, user.userId);
      return say(`${name} is ${command.role ?? 'none'} of ${command.project}`);
    case 'users remove':
      await people.remove(author, user.userId);
      return say(`${name} is removed`);
    default: {
      const disabled = command.name === 'users disable';
      await people.change(author, user.userId, { disabled });
      return say(`${name} is ${disabled ? 'disabled' : 'enabled'}`);
    }
  }
}

async function setRole(
  { role, project }: Command,
  { people, directory, author }: AccessOffice,
  userId: string,
): Promise<void> {
  const { projectId } = await directory.resolve(project);
  const wanted = role === 'none' || role === undefined ? null : role;
  await people.setRole(author, projectId, userId, wanted, true);
}

function requireLength(password: string): string {
  if (password.length >= 10 && password.length <= 200) return password;
  throw new DomainError('invalid-request', 400, 'A password has 10 to 200 characters');
}

function keyCells(key: ApiKey): string[] {
  const isOver = key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now();
  const state = key.revokedAt ? 'revoked' : isOver ? 'expired' : 'valid';
  const project = key.project ?? '(all)';
  return [
    key.keyId,
    key.prefix,
    key.name,
    project,
    key.scopes.join(','),
    state,
    key.lastUsedAt ?? '-',
  ];
}

function userCells(user: User): string[] {
  const roles = user.projects.map(({ slug, role }) => `${slug}:${role}`);
  const projects = user.administrator ? ['(all):admin', ...roles] : roles;
  return [
    user.name,
    projects.join(' ') || '-',
    user.disabledAt ? 'disabled' : 'enabled',
    user.lastSignInAt ?? '-',
  ];
}

/** Columns side by side; control characters would move the cursor. */
function table(heads: string[], rows: string[][]): string {
  const clean = [heads, ...rows].map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, '?')));
  const widths = heads.map((_, column) =>
    Math.max(...clean.map((row) => row[column]?.length ?? 0)),
  );
  return clean
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
