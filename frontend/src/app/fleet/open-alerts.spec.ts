import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Alert } from '@app/contracts';
import { Scope } from '../scope/scope';
import { Toasts } from '../ui/toasts';
import { OpenAlerts } from './open-alerts';

const alert = (id: string, severity: Alert['severity']): Alert =>
  ({
    id,
    severity,
    project: 'default',
    agentName: id,
    agentType: 'cognitive',
    state: 'firing',
    message: 'slow',
    lastSeenAt: '2026-05-01T10:00:00Z',
  }) as Alert;

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe(OpenAlerts.name, () => {
  let alerts: OpenAlerts;
  let http: HttpTestingController;

  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        { provide: Scope, useValue: { project: signal('default'), agentType: signal(null) } },
      ],
    });
    alerts = TestBed.inject(OpenAlerts);
    http = TestBed.inject(HttpTestingController);
    TestBed.tick();
    const data = [alert('w', 'warning'), alert('c', 'critical')];
    http.expectOne((request) => request.method === 'GET').flush({ data });
    await settled();
    TestBed.tick();
  });

  const ids = () => alerts.all()?.map(({ id }) => id);

  it('lists the worst first', () => {
    expect(ids()).toEqual(['c', 'w']);
  });

  it('takes a resolved one off the list before the tracker has answered', async () => {
    const done = alerts.resolve(alert('c', 'critical'));
    expect(ids()).toEqual(['w']);
    dispatchEvent(new Event('pagehide'));
    await settled();
    http.expectOne((request) => request.url.endsWith('/alerts/c/resolve')).flush({ data: {} });
    await done;
    expect(ids()).toEqual(['w']);
  });

  it('puts it back with the reason when that fails', async () => {
    const done = alerts.resolve(alert('c', 'critical'));
    dispatchEvent(new Event('pagehide'));
    await settled();
    http
      .expectOne((request) => request.method === 'POST')
      .flush(
        { title: 'The server is busy', code: 'overloaded', status: 503, requestId: 'r-3' },
        { status: 503, statusText: 'Service Unavailable' },
      );
    await done;
    expect(ids()).toEqual(['c', 'w']);
    const [toast] = TestBed.inject(Toasts).shown();
    expect(toast).toMatchObject({ tone: 'bad' });
    expect(toast?.detail).toContain('The server is busy');
    expect(toast?.detail).toContain('r-3');
  });
});
