const QUARTER_MS = 15 * 60_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Tells the hour of the week on the clock of a zone: 0 is Monday 00:00, 167 Sunday 23:00.
 * @param timeZone IANA name that the platform knows
 */
export function weekClock(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  // No zone of our time changes within a quarter of an hour.
  const known = new Map<number, number>();
  return (atMs) => {
    const quarter = Math.floor(atMs / QUARTER_MS);
    let slot = known.get(quarter);
    if (slot === undefined) {
      const parts = format.formatToParts(quarter * QUARTER_MS);
      const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
      slot = WEEKDAYS.indexOf(part('weekday')) * 24 + Number(part('hour'));
      known.set(quarter, slot);
    }
    return slot;
  };
}
