import { TestBed } from '@angular/core/testing';
import { signal } from '@angular/core';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { NO_STATISTICS, aSummaryRow } from '../testing/builders';
import { KpiStrip } from './kpi-strip';
import type { Total } from './kpi-strip';

const feed = {
  data: signal(1),
  problem: signal(undefined),
  waiting: signal(false),
  outdated: signal(false),
  reload: () => undefined,
};

async function rendered(total: Total | undefined): Promise<HTMLElement> {
  const fixture = TestBed.createComponent(KpiStrip);
  fixture.componentRef.setInput('feed', feed);
  fixture.componentRef.setInput('total', total);
  fixture.componentRef.setInput('nowMs', Date.parse('2026-05-01T11:00:00Z'));
  await fixture.whenStable();
  return fixture.nativeElement as HTMLElement;
}
const figure = (page: HTMLElement, id: string): string | undefined =>
  page.querySelector(`[data-testid=${id}]`)?.textContent;

describe(KpiStrip.name, () => {
  beforeEach(() => void TestBed.resetTestingModule());

  it('shows the figures of the window', async () => {
    const page = await rendered(aSummaryRow({ total: 48_912, successRate: 96.42 }));
    expect(figure(page, 'kpi-tasks')).toBe('48,912');
    expect(figure(page, 'kpi-success')).toBe('96.4');
    expect(figure(page, 'kpi-p95')).toBe('4');
  });

  it('shows dashes where nothing is known, never zero', async () => {
    const page = await rendered(aSummaryRow(NO_STATISTICS));
    expect(figure(page, 'kpi-success')).toBe('–');
    expect(figure(page, 'kpi-reliability')).toBe('–');
    expect(figure(page, 'kpi-tasks')).toBe('0');
  });

  it('tells the change against the time before', async () => {
    const { previous: _none, ...row } = aSummaryRow();
    const previous = { ...row, successRate: 93 };
    const page = await rendered({ ...row, previous });
    expect(page.textContent).toContain('+2');
    expect(page.querySelector('.good')).not.toBeNull();
  });

  it('holds its place while there is nothing to show', async () => {
    const page = await rendered(undefined);
    expect(page.querySelector('.waiting')).not.toBeNull();
  });
});
