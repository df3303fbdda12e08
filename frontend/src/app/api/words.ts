import type { ProblemCode } from '@app/contracts';
import { display } from '../format/display';
import { problemTitlesDe } from './problem-titles.de';

const en = {
  wentWrong: 'Something went wrong',
  unreachable: 'The tracker cannot be reached',
  answered: (status: number) => `The tracker answered ${status}`,
  request: (id: string) => `Request ${id}`,
  /** The tracker says these itself. */
  titles: {} as Partial<Record<ProblemCode, string>>,
};

const de: typeof en = {
  wentWrong: 'Etwas ist schiefgegangen',
  unreachable: 'Der Tracker ist nicht zu erreichen',
  answered: (status) => `Der Tracker hat mit ${status} geantwortet`,
  request: (id) => `Anfrage ${id}`,
  titles: problemTitlesDe,
};

/** What is said about failed requests, in the language that figures are written in. */
export function apiWords(): typeof en {
  return display().language === 'de' ? de : en;
}
