import { jest } from '@jest/globals';

// Browsers, servers, databases and what measures processor time share what cores there are with
// another suite. What fails there is tried once more; the log keeps what failed at first, and the
// report ends with its name.
jest.retryTimes(1, { logErrorsBeforeRetry: true });
