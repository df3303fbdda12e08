/** An instant: ISO 8601 with an offset. Says nothing of whether the date exists. */
export const INSTANT_PATTERN =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Text that a database can hold: not blank, without U+0000 and without half a surrogate pair. */
export const STORABLE_TEXT = /^(?=[^]*\S)[^\0\ud800-\udfff]+$/u;

/** Slug of a project: a–z, 0–9 and hyphens, at most 63. */
export const PROJECT_SLUG_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;
