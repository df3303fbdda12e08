/** An instant that is worked out when a question is asked, such as "six hours ago". */
export interface Moment {
  /** ISO 8601 with offset. */
  at(nowMs: number): string;
  /** Stands for it where questions are compared: the same text, the same question. */
  toJSON(): string;
}

export function isMoment(value: unknown): value is Moment {
  return typeof value === 'object' && value !== null && 'at' in value;
}
