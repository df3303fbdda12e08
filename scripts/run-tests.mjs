/**
 * Runs jest with what it is given. Of a whole run, a few suites that failed run once more, by
 * themselves: they work with real processes, browsers and clocks, and a machine that is busy elsewhere
 * makes one late now and then. Whatever is wrong in itself fails again; both runs are in the log.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** More failures than this are no accident. */
const MOST_AGAIN = 3;
const FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** @returns the exit code, and the suites that failed; undefined where jest did not tell */
function run(args) {
  const folder = mkdtempSync(join(tmpdir(), 'apt-tests-'));
  const report = join(folder, 'report.json');
  try {
    const told = ['--json', `--outputFile=${report}`];
    const jest = [...FLAGS, 'node_modules/jest/bin/jest.js', ...told, ...args];
    const { status } = spawnSync(process.execPath, jest, { stdio: 'inherit' });
    return { code: status ?? 1, failed: failedIn(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failedIn(report) {
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    return testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  } catch {
    return undefined;
  }
}

const args = process.argv.slice(2);
let { code, failed } = run(args);
const isFew = failed !== undefined && failed.length > 0 && failed.length <= MOST_AGAIN;
if (code !== 0 && isFew && args.length === 0) {
  console.error(`\nOnce more, by themselves:\n${failed.map((path) => `  ${path}`).join('\n')}\n`);
  code = run(['--runTestsByPath', ...failed]).code;
}
process.exitCode = code;
