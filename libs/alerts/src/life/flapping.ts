/** Changes between firing and resolved are counted over this span. */
export const FLAP_WINDOW_MS = 60 * 60_000;

/** So many episodes that ended within the span make the next one flapping: six changes. */
export const FLAP_EPISODES = 3;
