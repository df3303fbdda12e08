/**
 * SQLSTATEs of a server that cannot do its work now (connection, resources, shutdown, I/O, a
 * replica or a full disk that leaves it read-only), and the network's errors.
 */
const PASSING_CODE =
  /^(08|53|57P|58)|^25006$|^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN)|EAI_AGAIN)$/;

/** What pg says in words only. */
const PASSING_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|^timeout expired$|^Query read timeout$|Client (has encountered a connection error|was closed)/;

/** Whether the database could not be reached, as opposed to refusing what it was asked. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, driverError, message } = (error ?? {}) as {
    code?: unknown;
    driverError?: { code?: unknown };
    message?: unknown;
  };
  const state = driverError?.code ?? code;
  if (typeof state === 'string' && PASSING_CODE.test(state)) return true;
  return typeof message === 'string' && PASSING_MESSAGE.test(message);
}
