import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Every Node that the machine has, by major version; `SDK_TEST_NODES` names more, colon-separated. */
export const NODES = new Map(
  [
    process.execPath,
    '/usr/bin/node',
    '/usr/local/bin/node',
    ...(process.env.SDK_TEST_NODES ?? '').split(':'),
  ]
    .filter((path) => path !== '' && existsSync(path))
    .map((path) => {
      const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
      return [Number(/^v(\d+)/.exec(stdout)?.[1]), path] as const;
    })
    .reverse(),
);
