import { agesEn } from '../../i18n/words.en';
import { plural } from '../../i18n/language';
import type { AgentSort, AgentState } from './listed-agents';

export const agentListEn = {
  title: 'Agents',
  heading: 'Registry',
  filters: 'Filter agents',
  search: 'Name, id or version',
  state: 'Status',
  anyState: 'Any status',
  states: { running: 'Running', active: 'Active', idle: 'Idle' } satisfies Record<
    AgentState,
    string
  >,
  stateHint: {
    running: 'runs tasks now',
    active: 'finished tasks in the chosen time',
    idle: 'finished nothing in the chosen time',
  } satisfies Record<AgentState, string>,
  withAlerts: 'With open alerts',
  tag: 'Tag, such as team:search',
  badTag: 'A tag is a key of the metadata and its value: key:value',
  clear: 'Clear filters',
  density: 'Density',
  compact: 'Compact',
  comfortable: 'Comfortable',
  sortBy: 'Sort by',
  ascending: 'Ascending',
  descending: 'Descending',
  column: {
    name: 'Agent',
    type: 'Type',
    state: 'Status',
    total: 'Tasks',
    successRate: 'Success',
    p95: 'p95',
    score: 'Score',
    firstSeen: 'First seen',
    lastSeen: 'Last seen',
  } satisfies Record<AgentSort, string>,
  scoreHint: 'Reliability: 70 % success, 30 % consistency',
  trend: 'p95 trend',
  alerts: (count: number) => plural('en', count, { one: '# alert', other: '# alerts' }),
  lowSample: 'low sample',
  never: 'not yet',
  ago: (age: string) => agesEn.ago(age),
  version: (version: string) => `version ${version}`,
  counted: (shown: string, all: string, isAll: boolean) =>
    isAll ? `${all} known` : `${shown} of ${all}`,
  someFigures: (count: string) =>
    `The figures of ${count} agents are read so far; the others are listed without.`,
  select: (name: string) => `Choose ${name} to compare`,
  selection: 'Chosen agents',
  chosenCount: (count: number, most: number) => `${count} of at most ${most} chosen`,
  compare: 'Compare',
  needTwo: 'Choose at least two',
  putBack: 'Clear the choice',
  noneFit: 'No agent fits',
  noneFitWhy: 'The filters leave out everybody.',
  none: 'No agent has reported to this project yet',
  noneWhy: 'Agents are listed as soon as they report their first task.',
  howTo: 'How to send the first one',
};
