import { isIP } from 'node:net';

import { isLoopbackName } from './trusted-origin.js';

export type LogLevel = 'error' | 'warn' | 'log' | 'debug';
/** `auto`: text on a terminal, JSON elsewhere. */
export type LogFormat = 'auto' | 'text' | 'json';
/** Who may ask without a key or a session; see `auth`. */
export type AuthMode = 'auto' | 'required' | 'off';
type Environment = Record<string, string | undefined>;

/** Thrown when the environment is not usable; the message has one line per bad variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Everything that the environment decides, validated. */
export class AppConfig {
  /** TCP port of the HTTP server. */
  readonly port: number;
  /** Address to bind to. */
  readonly host: string;
  /**
   * `auto`: on a loopback address, requests from this machine's own programs and pages are an
   * administrator's, and on any other address keys are required. `required`: always.
   * `off`: never, which only a loopback address allows.
   */
  readonly auth: AuthMode;
  /** Addresses of proxies whose `X-Forwarded-*` are believed; undefined: nobody's. */
  readonly trustProxy: readonly string[] | undefined;
  /** Requests a second of one key or session, twice as many at once; 0: without bound. */
  readonly rateLimitPerSecond: number;
  /** Folder of the embedded database, absolute or relative to the working directory. */
  readonly dataDir: string;
  /** External PostgreSQL; undefined selects the embedded one. */
  readonly databaseUrl: string | undefined;
  /** Most connections for everything but reads. */
  readonly databasePoolSize: number;
  /** Most connections for reads, two of them for exports. */
  readonly databaseReadPoolSize: number;
  /** How long a read, or one page of an export, may take, ms. */
  readonly readTimeoutMs: number;
  /** Redis that carries live events between server processes; undefined: the database does. */
  readonly redisUrl: string | undefined;
  /** Whether an empty embedded store is filled by the sample swarm. */
  readonly sampleSwarm: boolean;
  /** How long the sample swarm runs, in seconds. */
  readonly sampleSwarmSeconds: number;
  /** Age in days after which raw executions are dropped. */
  readonly rawRetentionDays: number;
  /** Minutes without a heartbeat after which a running execution counts as abandoned. */
  readonly runningTimeoutMinutes: number;
  /** Seals the secrets of notification channels: 32 bytes; undefined keeps one in the data folder. */
  readonly secretKey: Buffer | undefined;
  /** Hosts, some with a port, that notifications may reach wherever they lie. */
  readonly notifyAllowHosts: readonly string[] | undefined;
  /** Address that people reach the tracker at, without a closing slash; undefined: messages hold no links. */
  readonly publicUrl: string | undefined;
  /** How long a server that was told to stop goes on serving, but says that it is not ready, seconds. */
  readonly drainSeconds: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;

  constructor(values: AppConfig) {
    Object.assign(this, values);
  }
}

/** A reader returns the value, or throws a RangeError that says what is allowed. */
interface Variable<T> {
  name: string;
  default: string | undefined;
  read: (text: string) => T;
}

const VARIABLES = {
  port: { name: 'PORT', default: '9999', read: wholeNumber(1, 65_535) },
  host: { name: 'HOST', default: '127.0.0.1', read: bindAddress },
  auth: { name: 'AUTH', default: 'auto', read: oneOf('auto', 'required', 'off') },
  trustProxy: { name: 'TRUST_PROXY', default: undefined, read: networks },
  rateLimitPerSecond: {
    name: 'RATE_LIMIT_PER_SECOND',
    default: '1000',
    read: wholeNumber(0, 1_000_000),
  },
  dataDir: { name: 'DATA_DIR', default: '.data', read: folder },
  databaseUrl: { name: 'DATABASE_URL', default: undefined, read: postgresUrl },
  // Two take in records; of the others one may hold a lock while it works on another.
  databasePoolSize: { name: 'DATABASE_POOL_SIZE', default: '10', read: wholeNumber(4, 200) },
  databaseReadPoolSize: {
    name: 'DATABASE_READ_POOL_SIZE',
    default: '7',
    read: wholeNumber(3, 200),
  },
  // Long enough for a month of raw rows of a busy agent, short enough for a person to wait.
  readTimeoutMs: { name: 'READ_TIMEOUT_MS', default: '15000', read: wholeNumber(100, 600_000) },
  redisUrl: { name: 'REDIS_URL', default: undefined, read: redisAddress },
  sampleSwarm: {
    name: 'SAMPLE_SWARM',
    default: 'on',
    read: (text) => oneOf('on', 'off')(text) === 'on',
  },
  sampleSwarmSeconds: {
    name: 'SAMPLE_SWARM_SECONDS',
    default: '300',
    read: wholeNumber(1, 86_400),
  },
  rawRetentionDays: { name: 'RAW_RETENTION_DAYS', default: '30', read: wholeNumber(1, 3650) },
  runningTimeoutMinutes: {
    name: 'RUNNING_TIMEOUT_MINUTES',
    default: '15',
    read: wholeNumber(1, 10_080),
  },
  secretKey: { name: 'SECRET_KEY', default: undefined, read: secretKey },
  notifyAllowHosts: { name: 'NOTIFY_ALLOW_HOSTS', default: undefined, read: hosts },
  publicUrl: { name: 'PUBLIC_URL', default: undefined, read: webAddress },
  drainSeconds: { name: 'DRAIN_SECONDS', default: '0', read: wholeNumber(0, 300) },
  logLevel: { name: 'LOG_LEVEL', default: 'log', read: oneOf('error', 'warn', 'log', 'debug') },
  logFormat: { name: 'LOG_FORMAT', default: 'auto', read: oneOf('auto', 'text', 'json') },
} satisfies { [K in keyof AppConfig]: Variable<AppConfig[K]> };

/**
 * The configuration that an environment describes. Unset and empty variables take their default.
 * @throws ConfigError naming every bad variable at once
 */
export function loadConfig(env: Environment): AppConfig {
  const problems: string[] = [];
  const entries = Object.entries<Variable<unknown>>(VARIABLES).map(([property, variable]) => {
    const text = env[variable.name]?.trim() || variable.default;
    try {
      return [property, text === undefined ? undefined : variable.read(text)] as const;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push(`${variable.name}: ${error.message}`);
      return [property, undefined] as const;
    }
  });
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  const config = new AppConfig(Object.fromEntries(entries) as unknown as AppConfig);
  if (config.auth === 'off' && !isLoopbackName(config.host)) {
    throw new ConfigError(
      `AUTH: "off" is for loopback addresses only (127.0.0.0/8, ::1, localhost), and HOST is ${quote(config.host)}`,
    );
  }
  return config;
}

/** Name and default of each variable, for documentation and its test. */
export function configDefaults(): ReadonlyMap<string, string | undefined> {
  return new Map(Object.values(VARIABLES).map((variable) => [variable.name, variable.default]));
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new RangeError(`${quote(text)} is not a whole number from ${min} to ${max}`);
  };
}

function oneOf<const T extends string>(...allowed: T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((value) => value === text.toLowerCase());
    if (found !== undefined) return found;
    throw new RangeError(`${quote(text)} is not one of: ${allowed.join(', ')}`);
  };
}

function bindAddress(text: string): string {
  const host = text.toLowerCase();
  // A name of only digits and dots would be read as a shortened address by some, not by others.
  const isName = /^(?=.*[a-z])[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(host);
  if (isIP(host) !== 0 || isName) return host;
  throw new RangeError(`${quote(text)} is not an IP address or a host name`);
}

/** Addresses and networks in CIDR form. */
function networks(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim().toLowerCase());
  for (const entry of entries) {
    const [address = '', bits, ...more] = entry.split('/');
    const family = isIP(address);
    const known =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
    if (family === 0 || !known || more.length > 0) {
      throw new RangeError(`${quote(entry)} is not an IP address or a network such as 10.0.0.0/8`);
    }
  }
  return entries;
}

function folder(text: string): string {
  if (text.includes('\0')) throw new RangeError('a path cannot hold a zero byte');
  return text;
}

/** Never repeats the text. */
function secretKey(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, 'base64');
  throw new RangeError('not 32 bytes, written as 64 hexadecimal digits or in base64');
}

function hosts(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim().toLowerCase());
  for (const entry of entries) {
    const port = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?$/.exec(entry);
    const known = port !== null && Number(port[1] ?? 1) >= 1 && Number(port[1] ?? 1) <= 65_535;
    if (!known || !URL.canParse(`http://${entry}`)) {
      throw new RangeError(`${quote(entry)} is not a host, host:port, [IPv6] or [IPv6]:port`);
    }
  }
  return entries;
}

function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.search === '' && url.hash === '' && url.username === '';
  if (plain && (url.protocol === 'https:' || url.protocol === 'http:')) {
    return url.href.replace(/\/+$/, '');
  }
  throw new RangeError(`${quote(text)} is not a web address such as https://tracker.example.com`);
}

/** Never repeats the text: it may hold a password. */
function postgresUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol === 'postgres:' || protocol === 'postgresql:') return text;
  throw new RangeError('not a URL of the form postgres://user:password@host:5432/database');
}

/** Never repeats the text: it may hold a password. */
function redisAddress(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol === 'redis:' || protocol === 'rediss:') return text;
  throw new RangeError('not a URL of the form redis://user:password@host:6379');
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
