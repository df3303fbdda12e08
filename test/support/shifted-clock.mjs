// Preloaded into a process that is to live at another time: `CLOCK_SHIFT_MS` is added to its clock.
const shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0);
const SystemDate = Date;
globalThis.Date = class Date extends SystemDate {
  constructor(...parts) {
    if (parts.length === 0) super(SystemDate.now() + shiftMs);
    else super(...parts);
  }

  static now() {
    return SystemDate.now() + shiftMs;
  }
};
