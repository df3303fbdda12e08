import { display } from '../format/display';

const en = {
  wentWrong: 'Something went wrong',
  unreachable: 'The tracker cannot be reached',
  answered: (status: number) => `The tracker answered ${status}`,
  /** The tracker says these itself. */
  titles: {} as Record<string, string>,
};

const de: typeof en = {
  wentWrong: 'Etwas ist schiefgegangen',
  unreachable: 'Der Tracker ist nicht zu erreichen',
  answered: (status) => `Der Tracker hat mit ${status} geantwortet`,
  titles: {
    'invalid-request': 'Die Anfrage ist nicht gültig',
    'not-found': 'Nicht gefunden',
    'unknown-project': 'Dieses Projekt gibt es nicht',
    'unknown-agent': 'Diesen Agenten gibt es nicht',
    'unknown-alert': 'Diesen Alarm gibt es nicht',
    'alert-already-resolved': 'Der Alarm ist schon gelöst',
    'precondition-failed': 'Jemand anders hat es geändert',
    unauthenticated: 'Bitte anmelden oder einen Schlüssel senden',
    forbidden: 'Das ist Ihnen nicht erlaubt',
    'sign-in-failed': 'Name, Passwort oder Schlüssel ist falsch',
    'rate-limited': 'Zu viele Anfragen',
    'name-taken': 'Dieser Name ist vergeben',
    overloaded: 'Der Server ist ausgelastet',
    'storage-unavailable': 'Die Datenbank ist nicht zu erreichen',
    'shutting-down': 'Der Server hält an',
    'query-timeout': 'Die Abfrage hat zu lange gedauert',
    internal: 'Etwas ist schiefgegangen',
  },
};

/** What is said about failed requests, in the language that figures are written in. */
export function apiWords(): typeof en {
  return display().language === 'de' ? de : en;
}
