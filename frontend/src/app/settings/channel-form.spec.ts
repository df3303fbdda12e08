import { HttpErrorResponse } from '@angular/common/http';
import { describe, expect, it } from '@jest/globals';
import type { NotificationChannel } from '@app/contracts';
import { channelForm, channelInput, channelProblems, filterWords } from './channel-form';

const mail = {
  name: 'Mail',
  kind: 'email',
  enabled: true,
  sendResolved: false,
  groupBy: 'agent',
  filter: { alertTypes: ['slow_execution'], agents: ['planner-*'] },
  settings: { host: 'mx', port: 25, security: 'tls', user: 'me', from: 'a@b', to: ['c@d', 'e@f'] },
  secrets: { password: { set: true, last4: '1234' } },
} as unknown as NotificationChannel;

describe(channelInput.name, () => {
  it('sends back what was read, but for secrets, which stay as they are', () => {
    const body = channelInput('email', channelForm('email', mail), mail);
    const { name, enabled, sendResolved, groupBy, filter, settings } = mail;
    expect(body).toEqual({ name, enabled, sendResolved, groupBy, filter, settings });
  });

  it('takes away a setting that was emptied, and replaces a secret that was typed', () => {
    const form = channelForm('email', mail);
    form.settings = { ...form.settings, user: ' ', password: 'new' };
    expect(channelInput('email', form, mail).settings).toMatchObject({
      user: null,
      password: 'new',
    });
  });

  it('leaves it to the server to refuse a port that is no number', () => {
    const form = channelForm('email', null);
    form.settings = { ...form.settings, port: 'x', to: 'a@b, ,a@b,c@d' };
    expect(channelInput('email', form, null).settings).toEqual({
      port: 'x',
      security: 'starttls',
      to: ['a@b', 'c@d'],
    });
  });
});

describe(channelProblems.name, () => {
  it('finds the field that the server means', () => {
    const errors = [
      { path: 'settings.url', code: 'invalid-value', detail: 'one' },
      { path: 'filter.agents.0', code: 'invalid-value', detail: 'two' },
      { path: 'name', code: 'invalid-value', detail: 'three' },
    ];
    expect(channelProblems(new HttpErrorResponse({ status: 400, error: { errors } }))).toEqual({
      'settings.url': 'one',
      agents: 'two',
      name: 'three',
    });
  });
});

describe(filterWords.name, () => {
  it('says what passes', () => {
    expect(filterWords({})).toBe('All alerts');
    expect(filterWords({ minSeverity: 'warning', agents: ['a*'] })).toBe(
      'warning and graver · agents a*',
    );
  });
});
