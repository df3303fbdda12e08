import type { TaskNode } from './task-graph.js';
import { PRIORITIES } from './types.js';

/** Tasks that only wait for an agent: by agent type, the most urgent first, then in order of arrival. */
export class ReadyTasks {
  private readonly byType = new Map<string, TaskNode[][]>();

  push(node: TaskNode): void {
    const { agentType, priority } = node.task;
    const lanes = this.byType.get(agentType) ?? PRIORITIES.map(() => []);
    this.byType.set(agentType, lanes);
    lanes[PRIORITIES.indexOf(priority)]?.push(node);
  }

  /** Takes out the next task among those whose agent type is free. */
  take(isFree: (agentType: string) => boolean): TaskNode | undefined {
    for (const rank of PRIORITIES.keys()) {
      let best: TaskNode[] | undefined;
      for (const [agentType, lanes] of this.byType) {
        const lane = lanes[rank];
        const seq = lane?.[0]?.seq;
        if (seq === undefined || !isFree(agentType)) continue;
        if (seq < (best?.[0]?.seq ?? Infinity)) best = lane;
      }
      if (best !== undefined) return best.shift();
    }
    return undefined;
  }
}
