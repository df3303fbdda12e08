/** How an agent is drawn: a place in the palette's `agents`, and a dash once the hues are used up. */
export interface AgentStyle {
  hue: number;
  dash: 'solid' | 'dashed' | 'dotted';
}

const HUES = 8;
const DASHES = ['solid', 'dashed', 'dotted'] as const;

/** All styles, made once so that equal styles are the same object. */
const STYLES: readonly AgentStyle[] = DASHES.flatMap((dash) =>
  Array.from({ length: HUES }, (_, hue) => ({ hue, dash })),
);

/** FNV-1a, 32 bit: spreads ids that differ in one digit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

/**
 * Gives each agent the style that its id asks for, or where another agent has that one, the next
 * free one; so an agent looks the same on every chart and in every session of the same fleet.
 * Styles repeat beyond 24 agents.
 */
export function assignStyles(agentIds: readonly string[]): Map<string, AgentStyle> {
  const assigned = new Map<string, AgentStyle>();
  let taken = new Set<number>();
  for (const id of [...new Set(agentIds)].sort()) {
    if (taken.size === STYLES.length) taken = new Set();
    // All hues are used once before any of them comes back dashed.
    const round = Math.floor(taken.size / HUES) * HUES;
    let slot = hash(id) % HUES;
    while (taken.has(round + slot)) slot = (slot + 1) % HUES;
    taken.add(round + slot);
    assigned.set(id, STYLES[round + slot]!);
  }
  return assigned;
}
