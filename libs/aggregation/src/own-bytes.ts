/**
 * A copy in memory of its own. `Buffer.from` cuts small copies from a slab of 64 KB that lives for
 * as long as any of them does: what is kept for long would keep its neighbours as well.
 */
export function ownBytes(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
