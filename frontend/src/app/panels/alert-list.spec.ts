import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { describe, expect, it, jest } from '@jest/globals';
import type { Alert } from '@app/contracts';
import { OpenAlerts } from '../fleet/open-alerts';
import { Scope } from '../scope/scope';
import { AlertList } from './alert-list';

const alert: Alert = {
  id: '1~a',
  project: 'default',
  type: 'high_failure_rate',
  severity: 'critical',
  state: 'firing',
  agentId: 'planner-1',
  agentName: '<img src=x onerror=alert(1)>',
  agentType: 'orchestrator',
  taskType: null,
  complexity: null,
  thresholdValue: 90,
  actualValue: 71.2,
  unit: '%',
  message: 'Success rate below 90 %',
  count: 12,
  firedAt: '2026-05-01T10:00:00Z',
  lastSeenAt: '2026-05-01T10:30:00Z',
  resolvedAt: null,
  resolvedBy: null,
  resolveReason: null,
  executionId: null,
};

async function rendered(alerts: Alert[]) {
  const resolve = jest.fn();
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      { provide: OpenAlerts, useValue: { resolve } },
      { provide: Scope, useValue: { linkParams: () => ({}) } },
    ],
  });
  const fixture = TestBed.createComponent(AlertList);
  fixture.componentRef.setInput('alerts', alerts);
  await fixture.whenStable();
  return { page: fixture.nativeElement as HTMLElement, resolve };
}

describe(AlertList.name, () => {
  it('says in words how bad it is, what happened and how often', async () => {
    const { page } = await rendered([alert]);
    expect(page.textContent).toContain('Critical');
    expect(page.textContent).toContain('Success rate below 90 %');
    expect(page.textContent).toContain('12 times');
  });

  it('never makes markup of a name', async () => {
    const { page } = await rendered([alert]);
    expect(page.querySelector('img')).toBeNull();
    expect(page.querySelector('bdi')?.textContent).toContain('<img');
  });

  it('resolves the alert of its row', async () => {
    const { page, resolve } = await rendered([alert]);
    page.querySelector<HTMLButtonElement>('[data-testid=alert-resolve]')?.click();
    expect(resolve).toHaveBeenCalledWith(alert);
  });

  it('offers nothing for what is resolved', async () => {
    const resolved: Alert = { ...alert, state: 'resolved', resolvedAt: '2026-05-01T10:40:00Z' };
    const { page } = await rendered([resolved]);
    expect(page.querySelector('[data-testid=alert-resolve]')).toBeNull();
  });
});
