import { createServer } from 'node:net';

/**
 * Checks that the server will be able to listen, before anything slow begins.
 * @throws Error in one line that names the variable to change
 */
export async function requireFreePort(port: number, host: string): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ port, host, exclusive: true }, resolve);
    });
  } catch (error) {
    throw listenError(error, port, host);
  }
  await new Promise<void>((resolve) => probe.close(() => resolve()));
}

/** The failure to listen in words that help; any other error as it is. */
export function listenError(error: unknown, port: number, host: string): unknown {
  const code = String((error as NodeJS.ErrnoException).code);
  switch (code) {
    case 'EADDRINUSE':
      return new Error(`Port ${port} is taken: set PORT to another or stop what uses it`);
    case 'EACCES':
      return new Error(`Port ${port} is reserved for the administrator: set PORT to 1024 or more`);
    case 'EADDRNOTAVAIL':
      return new Error(`HOST: this machine has no address ${host}`);
    default:
      return error;
  }
}
