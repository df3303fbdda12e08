/**
 * For how long something that must happen may take, whatever it is and however busy the machine:
 * a process that starts, a server that comes back, a row that appears. Only what never happens
 * should ever use it up. Less than the time of a test, so that a test says what it waited for.
 */
export const PATIENCE_MS = 180_000;
