import { describe, expect, it } from '@jest/globals';
import type { Alert } from '@app/contracts';
import { MOST_EPISODES, episodesOf } from './alert-episodes';

const at = (hour: number): string => new Date(Date.UTC(2026, 4, 1, hour)).toISOString();
const span = { fromMs: Date.parse(at(10)), toMs: Date.parse(at(20)) };
const alert = (over: Partial<Alert>): Alert =>
  ({
    id: 'x',
    state: 'firing',
    severity: 'warning',
    firedAt: at(12),
    resolvedAt: null,
    ...over,
  }) as Alert;
const ids = (...alerts: Alert[]): string[] =>
  episodesOf(alerts, span, ({ id }) => id).map(({ id }) => id);

describe(episodesOf.name, () => {
  it('takes what fired within the span, also what began before it', () => {
    expect(
      ids(
        alert({ id: 'over', firedAt: at(2), resolvedAt: at(5) }),
        alert({ id: 'into', firedAt: at(5), resolvedAt: at(11) }),
        alert({ id: 'open', firedAt: at(15) }),
        alert({ id: 'later', firedAt: at(21) }),
        alert({ id: 'pending', state: 'pending' }),
      ),
    ).toEqual(['into', 'open']);
  });

  it('begins with the breach, not with the alarm', () => {
    const [episode] = episodesOf([alert({ activeAt: at(11) })], span, () => '');
    expect(episode?.fromMs).toBe(Date.parse(at(11)));
  });

  it('prefers the worst where there are many', () => {
    const many = Array.from({ length: 20 }, (_, n) =>
      alert({ id: `w${n}`, firedAt: at(11 + (n % 8)) }),
    );
    const found = ids(...many, alert({ id: 'bad', severity: 'critical', firedAt: at(11) }));
    expect(found).toHaveLength(MOST_EPISODES);
    expect(found).toContain('bad');
  });
});
