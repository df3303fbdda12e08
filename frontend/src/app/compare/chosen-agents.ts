interface Candidate {
  agentId: string;
  total: number;
}

/**
 * The agents to compare: those that the address names and the project knows, or else the first of
 * the candidates that have run.
 * @param named comma list of ids; undefined: none named
 */
export function chosenAgents(
  named: string | undefined,
  candidates: readonly Candidate[],
  most: number,
): string[] {
  if (named === undefined) {
    const ran = candidates.filter((candidate) => candidate.total > 0);
    return ran.slice(0, most).map((candidate) => candidate.agentId);
  }
  const known = new Set(candidates.map((candidate) => candidate.agentId));
  return [...new Set(named.split(','))].filter((id) => known.has(id)).slice(0, most);
}

/** The chosen ones with `agentId` added or taken out; never more than `most`. */
export function toggledAgents(chosen: readonly string[], agentId: string, most: number): string[] {
  if (chosen.includes(agentId)) return chosen.filter((id) => id !== agentId);
  return chosen.length < most ? [...chosen, agentId] : [...chosen];
}
