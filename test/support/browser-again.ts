import { expect, jest } from '@jest/globals';

// A browser, a server and a database share what cores there are with another suite. What fails in a
// browser is tried once more, and the log keeps what failed at first.
if (expect.getState().testPath?.includes('/test/browser/')) {
  jest.retryTimes(1, { logErrorsBeforeRetry: true });
}
