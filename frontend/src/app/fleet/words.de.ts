import type { WordsOf } from '../i18n/language';
import type { fleetEn } from './words.en';

export const fleetDe: WordsOf<typeof fleetEn> = {
  types: {
    slow_execution: 'langsame Ausführung',
    high_failure_rate: 'hohe Fehlerquote',
    resource_overuse: 'hoher Verbrauch',
    degraded_performance: 'nachlassende Leistung',
    threshold: 'Schwelle',
    stuck_execution: 'hängende Ausführung',
    no_data: 'keine Daten',
  },
  resolved: (who) => `Behoben: ${who}`,
  notResolved: (who) => `Nicht behoben: ${who}`,
};
