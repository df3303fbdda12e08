/**
 * Builds the SDK as a package that can be published and installed anywhere:
 * `node scripts/pack-tracker.mjs [folder]` leaves the archive in that folder (default `dist/`) and
 * prints its path. The contracts' code and types are part of it.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const room = join(root, 'libs/tracker');
const target = resolve(process.argv[2] ?? join(root, 'dist'));
const work = mkdtempSync(join(tmpdir(), 'pack-tracker-'));

try {
  const built = join(work, 'built');
  const staged = join(work, 'package');
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  run(process.execPath, [compiler, '-p', room, '--outDir', built]);
  cpSync(join(built, 'tracker/src'), join(staged, 'dist'), { recursive: true });
  cpSync(join(built, 'contracts/src'), join(staged, 'dist/contracts'), { recursive: true });
  nameContracts(join(staged, 'dist'));
  for (const file of ['package.json', 'README.md']) cpSync(join(room, file), join(staged, file));
  cpSync(join(root, 'LICENSE'), join(staged, 'LICENSE'));
  mkdirSync(target, { recursive: true });
  const said = run('npm', ['pack', '--json', '--pack-destination', target], staged);
  // A list up to npm 11, by package name in later ones.
  const [{ filename }] = Object.values(JSON.parse(said));
  console.log(join(target, filename));
} finally {
  rmSync(work, { recursive: true });
}

/** In the package there is no `@app/…`: the contracts lie beside. */
function nameContracts(folder) {
  for (const name of readdirSync(folder).filter((file) => /\.(js|d\.ts)$/.test(file))) {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8').replaceAll(
      `'@app/contracts'`,
      `'./contracts/index.js'`,
    );
    if (text.includes('@app/')) throw new Error(`${name} imports another room`);
    writeFileSync(path, text);
  }
}

function run(command, parameters, cwd = root) {
  return execFileSync(command, parameters, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
