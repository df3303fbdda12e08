interface Named {
  agentId?: string | null;
  agentName?: string | null;
}

const nameOf = ({ agentId, agentName }: Named): string => agentName || agentId || '';

/**
 * The same rows, whose names tell them apart: where several agents of a list are called the same, as
 * those of a swarm are, their ids stand behind it.
 */
export function namedApart<T extends Named>(rows: readonly T[]): (T & { agentName: string })[] {
  const idsOf = new Map<string, Set<string>>();
  for (const row of rows) {
    const name = nameOf(row);
    idsOf.set(name, (idsOf.get(name) ?? new Set()).add(row.agentId ?? ''));
  }
  return rows.map((row) => {
    const name = nameOf(row);
    const isShared = (idsOf.get(name)?.size ?? 0) > 1;
    return { ...row, agentName: isShared ? `${name} · ${row.agentId ?? ''}` : name };
  });
}
