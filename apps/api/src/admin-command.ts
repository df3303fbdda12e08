import { parseArgs } from 'node:util';

import { PROJECT_SLUG_PATTERN, ROLES, SCOPES } from '@app/contracts';
import type { Role, Scope } from '@app/contracts';

export const HELP = `Projects, keys and people of the tracker.

  npm run admin -- projects list
  npm run admin -- projects create <slug> [--name <title>]
  npm run admin -- projects rename <slug> --name <title>
  npm run admin -- projects archive <slug>
  npm run admin -- projects restore <slug>

  npm run admin -- keys list [--project <slug>]
  npm run admin -- keys create --name <text> --scopes <ingest,read,operate,admin>
                               [--project <slug> | --all-projects] [--days <number>]
  npm run admin -- keys revoke <key id or prefix> [--project <slug>]

  npm run admin -- users list
  npm run admin -- users create <name> [--administrator] [--project <slug> --role <role>]
  npm run admin -- users password <name>
  npm run admin -- users role <name> --project <slug> --role <viewer|operator|admin|none>
  npm run admin -- users disable <name>
  npm run admin -- users enable <name>
  npm run admin -- users remove <name>

The project is "default" where none is named. Passwords are read from standard input. Works on
DATABASE_URL, or on the embedded database of DATA_DIR, whether the server runs or not; a server that
runs follows within a second.
Exit codes: 0 done, 1 refused or failed, 2 the command makes no sense.`;

/** The command line makes no sense. */
export class UsageError extends Error {
  constructor(message: string) {
    super(`${message}. For help: npm run admin -- help`);
  }
}

export interface Command {
  /** Such as `keys create`. */
  name: string;
  /** What it is done to; empty where nothing is named. */
  subject: string;
  project: string;
  title: string | undefined;
  scopes: Scope[];
  role: Role | 'none' | undefined;
  days: number | undefined;
  allProjects: boolean;
  administrator: boolean;
}

type Option = 'name' | 'project' | 'scopes' | 'role' | 'days' | 'all-projects' | 'administrator';

interface Form {
  takesSubject: boolean;
  needs: readonly Option[];
  knows: readonly Option[];
}

const form = (takesSubject: boolean, needs: Option[] = [], knows: Option[] = []): Form => ({
  takesSubject,
  needs,
  knows,
});

const FORMS: Readonly<Record<string, Form>> = {
  'projects list': form(false),
  'projects create': form(true, [], ['name']),
  'projects rename': form(true, ['name']),
  'projects archive': form(true),
  'projects restore': form(true),
  'keys list': form(false, [], ['project']),
  'keys create': form(false, ['name', 'scopes'], ['project', 'all-projects', 'days']),
  'keys revoke': form(true, [], ['project']),
  'users list': form(false),
  'users create': form(true, [], ['administrator', 'project', 'role']),
  'users password': form(true),
  'users role': form(true, ['role'], ['project']),
  'users disable': form(true),
  'users enable': form(true),
  'users remove': form(true),
};

/** @returns null when help is asked for. @throws UsageError */
export function readCommand(args: string[]): Command | null {
  const { values, positionals } = parsed(args);
  const [what, action, subject, ...more] = positionals;
  if (values.help || what === undefined || what === 'help') return null;
  const name = `${what} ${action ?? ''}`.trim();
  const known = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (!known) throw new UsageError(`"${name}" is not known`);
  if (known.takesSubject && subject === undefined) throw new UsageError(`"${name}" of what?`);
  const extra = known.takesSubject ? more[0] : subject;
  if (extra !== undefined) throw new UsageError(`"${extra}" is one too many`);
  const given = Object.keys(values) as Option[];
  const missing = known.needs.find((option) => !given.includes(option));
  if (missing) throw new UsageError(`"${name}" needs --${missing}`);
  const unknown = given.find((option) => ![...known.needs, ...known.knows].includes(option));
  if (unknown) throw new UsageError(`"${name}" does not know --${unknown}`);
  const project = values.project ?? 'default';
  if (!PROJECT_SLUG_PATTERN.test(project)) throw new UsageError(`"${project}" is not a slug`);
  if (values['all-projects'] && values.project !== undefined) {
    throw new UsageError('Either --project or --all-projects');
  }
  return {
    name,
    subject: subject ?? '',
    project,
    title: values.name,
    scopes: scopesOf(values.scopes),
    role: roleOf(values.role),
    days: daysOf(values.days),
    allProjects: values['all-projects'] ?? false,
    administrator: values.administrator ?? false,
  };
}

interface Parsed {
  values: Partial<Record<Exclude<Option, 'all-projects' | 'administrator'>, string>> &
    Partial<Record<'all-projects' | 'administrator' | 'help', boolean>>;
  positionals: string[];
}

function parsed(args: string[]): Parsed {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        project: { type: 'string' },
        scopes: { type: 'string' },
        role: { type: 'string' },
        days: { type: 'string' },
        'all-projects': { type: 'boolean' },
        administrator: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // A TypeError that names the option, and then explains at length.
    throw new UsageError(String((error as Error).message).split('.')[0] ?? '');
  }
}

function scopesOf(text = ''): Scope[] {
  const names = text.split(',').filter(Boolean);
  const unknown = names.find((name) => !SCOPES.includes(name as Scope));
  if (unknown === undefined) return names as Scope[];
  throw new UsageError(`--scopes: "${unknown}" is none of ${SCOPES.join(', ')}`);
}

function roleOf(text: string | undefined): Role | 'none' | undefined {
  if (text === undefined || text === 'none' || ROLES.includes(text as Role)) {
    return text as Role | 'none' | undefined;
  }
  throw new UsageError(`--role: "${text}" is none of ${ROLES.join(', ')}, none`);
}

function daysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days > 0) return days;
  throw new UsageError(`--days: "${text}" is not a whole number from 1 to 99999`);
}
