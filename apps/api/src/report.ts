import type { AppConfig } from '@app/platform';
import type { Logger } from 'pino';

import { createLog, isJsonLog } from './process-log.js';

type Level = 'error' | 'warn' | 'log' | 'debug';
const LEVELS: Level[] = ['error', 'warn', 'log', 'debug'];

/** What the process says about its own start and stop, beside the server's log. */
export class Report {
  private readonly log: Logger;

  constructor(private readonly config: Pick<AppConfig, 'logLevel' | 'logFormat'>) {
    this.log = createLog(config);
  }

  step(message: string): void {
    this.write('log', message);
  }

  warn(message: string): void {
    this.write('warn', message);
  }

  error(message: string): void {
    this.write('error', message);
  }

  debug(message: string): void {
    this.write('debug', message);
  }

  /** One line, and the stack only for who debugs. */
  failure(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.error(message.split('\n')[0] ?? '');
    if (stack) this.debug(stack);
  }

  /** Where to go now. Shown at any level, since it is what one starts the server for. */
  banner(facts: {
    seconds: number;
    origin: string;
    data: string;
    /** Made by this start, and never to be seen again. */
    firstKey: string | null;
  }): void {
    const { origin, data, firstKey } = facts;
    const ready = `Ready in ${facts.seconds.toFixed(1)} s`;
    if (isJsonLog(this.config)) {
      this.step(`${ready}: ${origin}/agent-performance`);
      if (firstKey !== null) this.error(`Key of the first administrator, shown once: ${firstKey}`);
      return;
    }
    const lines = [
      ['Dashboard', `${origin}/agent-performance`],
      ['API', `${origin}/api/docs`],
      ['Data', data],
      ...(firstKey === null ? [] : [['Sign in', `${firstKey} (shown once: keep it)`]]),
      ['Stop', 'Ctrl+C'],
    ].map(([name = '', value = '']) => `    ${name.padEnd(12)}${value}`);
    process.stdout.write(`\n  Agent Performance Tracker. ${ready}.\n\n${lines.join('\n')}\n\n`);
  }

  private write(level: Level, message: string): void {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(this.config.logLevel)) return;
    if (isJsonLog(this.config)) {
      this.log[level === 'log' ? 'info' : level](message);
      return;
    }
    const stream = level === 'error' || level === 'warn' ? process.stderr : process.stdout;
    stream.write(`${message}\n`);
  }
}
