/** The rows to draw of a long list, and the room that the others take. */
export interface WindowOfRows {
  from: number;
  to: number;
  abovePx: number;
  belowPx: number;
}

/** Rows beyond both edges, so that scrolling shows no hole. */
const BEYOND = 12;

/** @param scrolledPx how far the list is scrolled */
export function windowOfRows(
  count: number,
  rowPx: number,
  scrolledPx: number,
  heightPx: number,
): WindowOfRows {
  const first = Math.floor(Math.max(0, scrolledPx) / rowPx);
  const from = Math.max(0, Math.min(first - BEYOND, count));
  const to = Math.min(count, first + Math.ceil(heightPx / rowPx) + BEYOND);
  return { from, to: Math.max(from, to), abovePx: from * rowPx, belowPx: (count - to) * rowPx };
}
