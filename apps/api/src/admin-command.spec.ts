import { describe, expect, it } from '@jest/globals';

import { UsageError, readCommand } from './admin-command.js';

describe(readCommand.name, () => {
  it('reads what is to be done', () => {
    const args = ['keys', 'create', '--name', 'ci', '--scopes', 'ingest,read', '--days', '30'];
    expect(readCommand(args)).toMatchObject({
      name: 'keys create',
      project: 'default',
      title: 'ci',
      scopes: ['ingest', 'read'],
      days: 30,
      allProjects: false,
    });
  });

  it.each([[[]], [['help']], [['--help']], [['keys', 'create', '-h']]])('helps with %j', (args) => {
    expect(readCommand(args)).toBeNull();
  });

  it.each([
    [['users', 'create', 'x', '--passwort', 'y'], '--passwort'],
    [['keys', 'make'], '"keys make" is not known'],
    [['constructor'], '"constructor" is not known'],
    [['keys', 'create', '--name', 'x'], 'needs --scopes'],
    [['keys', 'create', '--name', 'x', '--scopes', 'root'], '"root" is none of'],
    [['keys', 'create', '--name', 'x', '--scopes', 'read', '--days', '0'], '--days'],
    [['keys', 'list', '--role', 'viewer'], 'does not know --role'],
    [['keys', 'list', '--project', 'No Slug'], 'is not a slug'],
    [['users', 'role', 'x', '--role', 'king'], '"king" is none of'],
    [['users', 'disable'], 'of what?'],
    [['users', 'list', 'all'], '"all" is one too many'],
  ])('refuses %j and says why', (args, reason) => {
    expect(() => readCommand(args)).toThrow(UsageError);
    expect(() => readCommand(args)).toThrow(reason);
  });
});
