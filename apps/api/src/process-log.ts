import type { LoggerService } from '@nestjs/common';
import type { AppConfig, LogLevel } from '@app/platform';
import pino from 'pino';

/** Nest tells of every module and route at start; that belongs to debugging. */
const CHATTY = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'WebSocketsController',
]);

const PINO_LEVELS: Record<LogLevel, pino.Level> = {
  error: 'error',
  warn: 'warn',
  log: 'info',
  debug: 'debug',
};

/** Fields that must never be written, wherever they turn up in what is logged. */
const SECRET_FIELDS = ['password', 'secret', 'secrets', 'token', 'authorization', 'cookie', 'key'];
const REDACT = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

interface Line {
  level: number;
  time: number;
  context?: string;
  event?: string;
  msg?: string;
  stack?: string;
  [field: string]: unknown;
}

/** JSON for machines, one line for people: `auto` looks at who reads. */
export function isJsonLog({ logFormat }: Pick<AppConfig, 'logFormat'>): boolean {
  return logFormat === 'json' || (logFormat === 'auto' && !process.stdout.isTTY);
}

/** The process's one log: events with fields, an object a line. */
export function createLog(config: Pick<AppConfig, 'logLevel' | 'logFormat'>): pino.Logger {
  const options: pino.LoggerOptions = {
    level: PINO_LEVELS[config.logLevel],
    base: { pid: process.pid },
    redact: { paths: REDACT, censor: '[hidden]' },
    formatters: { level: (label) => ({ level: label === 'info' ? 'log' : label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  // What is written is there even when the process ends in the next instant.
  if (isJsonLog(config)) return pino(options, pino.destination({ fd: 1, sync: true }));
  delete options.formatters;
  return pino({ ...options, timestamp: true }, { write: writeForPeople });
}

/** Nest's logger on top of it. Calls end with the context, and those of errors may hold a stack. */
export class ProcessLog implements LoggerService {
  constructor(private readonly pino: pino.Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const chatty = typeof context === 'string' && CHATTY.has(context);
    this.write(chatty ? 'debug' : 'info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: pino.Level, message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const context = rest.at(-1);
    const [stack] = rest.slice(0, -1);
    const fields = {
      ...(typeof context === 'string' && { context }),
      ...(typeof stack === 'string' && { stack }),
    };
    if (message instanceof Error) {
      this.pino[level]({ ...fields, stack: message.stack }, message.message);
    } else if (typeof message === 'object' && message !== null) {
      this.pino[level]({ ...message, ...fields });
    } else this.pino[level](fields, String(message));
  }
}

function writeForPeople(json: string): void {
  const { level, time, context, event, msg, stack, pid, ...fields } = JSON.parse(json) as Line;
  void pid;
  const clock = new Date(time).toISOString().slice(11, 19);
  const details = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  const head = [clock, pino.levels.labels[level], context, event, msg, ...details];
  const line = head.filter((part) => part !== undefined && part !== '').join(' ');
  const stream = level >= (pino.levels.values['error'] ?? 50) ? process.stderr : process.stdout;
  stream.write(`${line}${stack === undefined ? '' : `\n${stack}`}\n`);
}

/** Nothing that is logged can pretend to be a line of its own. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}
