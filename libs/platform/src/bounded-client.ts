import pg from 'pg';
import type { ClientConfig } from 'pg';

/** How long a server may take to answer a new connection, the handshake included. */
const CONNECT_MS = 5000;

/**
 * Has the database notice that we are gone: a session whose client vanished behind a dead link would
 * keep its locks and its transaction for hours, the roller's lock among them. Ignored on a socket
 * file. (PostgreSQL manual, "Connections and Authentication", "TCP Settings".)
 */
const MUTUAL_NOTICE =
  '-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3 ' +
  '-c tcp_user_timeout=60000';

const READ_TIMEOUT = 'Query read timeout';

/** What a caller of pg may hand over in place of text: it is told of its end by `callback`. */
interface Submittable {
  submit: unknown;
  callback: (error?: Error | null, result?: unknown) => void;
}

/**
 * A connection that is given up once `query_timeout` has passed without an answer. pg itself only
 * tells the caller: the connection still waits for the old answer, and back in a pool makes whoever
 * gets it next wait as long and in vain, round after round, also when the link has long recovered.
 */
export class BoundedClient extends pg.Client {
  constructor(config: ClientConfig | string = {}) {
    const given = typeof config === 'string' ? { connectionString: config } : config;
    const options = `${given.options ?? ''} ${MUTUAL_NOTICE}`.trim();
    super({ connectionTimeoutMillis: CONNECT_MS, keepAlive: true, ...given, options });
    const ask = this.query.bind(this) as (...statement: unknown[]) => unknown;
    this.query = ((...statement: unknown[]) => {
      const [first] = statement;
      if (isSubmittable(first)) this.watch(first);
      const answer = ask(...statement);
      if (answer instanceof Promise) answer.catch(this.giveUpIfLate);
      return answer;
    }) as typeof this.query;
  }

  private watch(submittable: Submittable): void {
    const { callback } = submittable;
    submittable.callback = (error, result) => {
      this.giveUpIfLate(error);
      callback.call(submittable, error, result);
    };
  }

  /** A pool never lends a connection again that is ending. */
  private readonly giveUpIfLate = (error: unknown): void => {
    if (error instanceof Error && error.message === READ_TIMEOUT) void this.end();
  };
}

function isSubmittable(statement: unknown): statement is Submittable {
  return typeof (statement as Partial<Submittable> | null)?.submit === 'function';
}
