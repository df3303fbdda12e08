import type { Connection, PoolClient } from 'pg';

/** CopyDone: its type byte and its own length. */
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

/** What pg's typings leave out of its messages. */
interface DataRow {
  fields: (string | Buffer | null)[];
}

/**
 * Runs SQL that holds COPY … FROM STDIN statements, data and all, in one round trip: several
 * statements in one simple query are one transaction, and the server drops what is left of the data
 * when one of them fails (PostgreSQL manual, "Message Flow", sections "Multiple Statements in a
 * Simple Query" and "COPY Operations").
 * @param sql statements; none may hold text from outside
 * @param data a message of `BinaryCopyEncoder` for each COPY, in their order
 * @returns first columns of the rows that the statements answered with
 * @throws the database's error: nothing of it is stored then, and the connection stays usable; or
 * the loss of the connection, after which the outcome is unknown
 */
export function copyBinary(
  client: PoolClient,
  sql: string,
  data: readonly Buffer[],
): Promise<(string | null)[]> {
  return new Promise((resolve, reject) => {
    const answers: (string | null)[] = [];
    let failed = false;
    const submittable = {
      // pg wraps this when it has a query_timeout, and only a call of it ends that timer, which
      // would otherwise hold on to the data until it fires.
      callback: (): void => undefined,
      submit(connection: Connection): void {
        const { stream } = connection;
        stream.cork();
        connection.query(sql);
        for (const message of data) {
          stream.write(message);
          stream.write(COPY_DONE);
        }
        stream.uncork();
      },
      // Data and end are on their way already.
      handleCopyInResponse(): void {},
      handleCommandComplete(): void {},
      handleRowDescription(): void {},
      handleDataRow({ fields }: DataRow): void {
        answers.push(fields[0]?.toString() ?? null);
      },
      // pg forgets the running query at an error, so this is the last that it hears of it.
      handleError(error: Error): void {
        failed = true;
        submittable.callback();
        reject(error);
      },
      handleReadyForQuery(): void {
        if (failed) return;
        submittable.callback();
        resolve(answers);
      },
    };
    client.query(submittable as never);
  });
}
