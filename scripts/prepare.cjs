// Brings a checkout to where it can start: installs what is missing and builds what has changed.
// Runs on the machine's own Node, before anything is installed, so it depends on nothing.
//   node scripts/prepare.cjs                 install and build
//   node scripts/prepare.cjs --install-only  install
'use strict';
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');
const MODULES = path.join(ROOT, 'node_modules');
/** The Node that the project brings; everything but installing runs on it. */
const NODE = path.join(MODULES, '.bin', 'node');
const BUILD_STAMP = path.join(ROOT, 'dist', '.build-stamp');
const OLDEST_NODE = [20, 20];
/** Below it, the three compilers together would not fit into memory. */
const PARALLEL_BYTES = 4 * 1024 ** 3;

const SOURCES = ['apps', 'libs', 'migrations', 'frontend/src', 'frontend/public'];
const CONFIGS = [
  ...['package-lock.json', 'tsconfig.json', 'nest-cli.json', 'scripts/build-dashboard.mjs'],
  ...['frontend/angular.json', 'frontend/tsconfig.json', 'frontend/tsconfig.app.json'],
];
const BUILDS = [
  {
    title: 'Building the server',
    command: ['nest', 'build', 'api'],
    result: 'dist/apps/api/apps/api/src/main.js',
  },
  {
    title: 'Building the sample swarm',
    command: ['nest', 'build', 'swarm'],
    result: 'dist/apps/swarm/apps/swarm/src/main.js',
  },
  {
    title: 'Building the dashboard',
    command: ['node', 'scripts/build-dashboard.mjs'],
    result: 'frontend/dist/web/browser/index.html',
  },
];

/** Why preparing cannot go on, in words for the one who started it. */
class Refusal extends Error {}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Refusal(
    `Node ${OLDEST_NODE.join('.')} or later is needed, this is ${process.versions.node}`,
  );
}

async function install() {
  if (isInstalled()) return;
  // Without dev packages (NODE_ENV=production) nothing could be built.
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  await step('Installing packages (about a minute)', ['npm', 'ci', ...flags]);
  if (!fs.existsSync(NODE)) {
    // Install scripts may be switched off, and then nobody has put the link back.
    await step('Linking Node', [process.execPath, path.join(__dirname, 'ensure-node.cjs')]);
  }
}

/** Whether npm's own record, which it writes last, has every version that the lock file asks for. */
function isInstalled() {
  const record = path.join(MODULES, '.package-lock.json');
  if (!fs.existsSync(NODE) || !fs.existsSync(record)) return false;
  const present = JSON.parse(fs.readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([folder, { version, optional, devOptional }]) => {
    if (folder === '') return true;
    const found = present[folder];
    // What is optional may be for other platforms.
    return found ? found.version === version : Boolean(optional || devOptional);
  });
}

async function build() {
  const folders = SOURCES.flatMap((name) => filesUnder(path.join(ROOT, name)));
  const wanted = hashOf([...CONFIGS.map((name) => path.join(ROOT, name)), ...folders]);
  const whole = BUILDS.every(({ result }) => fs.existsSync(path.join(ROOT, result)));
  if (whole && readStamp(BUILD_STAMP) === wanted) return;
  // A build that is cut short must not pass for the last whole one.
  fs.rmSync(BUILD_STAMP, { force: true });
  if (availableBytes() >= PARALLEL_BYTES) {
    const outcomes = await Promise.allSettled(BUILDS.map(runBuild));
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  } else {
    for (const one of BUILDS) await runBuild(one);
  }
  fs.mkdirSync(path.dirname(BUILD_STAMP), { recursive: true });
  fs.writeFileSync(BUILD_STAMP, wanted);
}

function runBuild({ title, command: [program, ...args] }) {
  return step(title, [path.join(MODULES, '.bin', program), ...args]);
}

/** Runs a command quietly; what it said is shown only when it fails. */
function step(title, [program, ...args]) {
  const begun = Date.now();
  const seconds = () => `${((Date.now() - begun) / 1000).toFixed(0)} s`;
  console.log(`${title}…`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: environment(program),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const said = [];
    child.stdout.on('data', (chunk) => said.push(chunk));
    child.stderr.on('data', (chunk) => said.push(chunk));
    child.once('error', (error) => reject(new Refusal(`${title} failed: ${error.message}`)));
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code === 0) {
        console.log(`${title}: done in ${seconds()}`);
        resolve();
        return;
      }
      process.stderr.write(Buffer.concat(said));
      reject(new Refusal(`${title} failed after ${seconds()} (${signal ?? `exit code ${code}`})`));
    });
  });
}

function environment(program) {
  const bin = path.join(MODULES, '.bin');
  const others = (process.env.PATH ?? '').split(path.delimiter).filter((entry) => entry !== bin);
  // npm replaces the packages, and must not run on a Node that is one of them.
  const entries = program === 'npm' ? others : [bin, ...others];
  return { ...process.env, PATH: entries.join(path.delimiter), NG_CLI_ANALYTICS: 'false' };
}

/** Memory that this process may count on: a container can have less than its machine. */
function availableBytes() {
  const limit = process.constrainedMemory?.() ?? 0;
  const free = process.availableMemory?.() ?? os.freemem();
  return limit > 0 ? Math.min(limit, free) : free;
}

function filesUnder(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Of names and contents, not of times: a checkout renews all times. */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    if (!fs.existsSync(file)) continue;
    hash
      .update(`${path.relative(ROOT, file)}\0`)
      .update(fs.readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function readStamp(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill('SIGTERM');
    process.exit(130);
  });
}

async function main() {
  requireNode();
  await install();
  if (!process.argv.includes('--install-only')) await build();
}

main().catch((error) => {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
});
