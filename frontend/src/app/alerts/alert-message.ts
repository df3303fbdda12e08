import type { Alert } from '@app/contracts';
import { display } from '../format/display';
import { alertSentencesDe } from './alert-sentences.de';
import { formatAlertValue, subjectWords } from './alert-words';
import { alertWords } from './words';

/**
 * What an alert says, as a sentence. The tracker writes it in English; in another language it is
 * made of the figures of the alert.
 */
export function alertMessage(alert: Alert): string {
  if (display().language === 'en') return alert.message;
  const { taskType, complexity, unit } = alert;
  const { level } = alertWords().detail;
  const what = [taskType, complexity === null ? null : level(complexity)].filter(Boolean);
  return alertSentencesDe[alert.type]({
    who: subjectWords(alert),
    value: formatAlertValue(alert.actualValue, unit),
    limit: formatAlertValue(alert.thresholdValue, unit),
    what: what.join(', '),
    unit,
  });
}
