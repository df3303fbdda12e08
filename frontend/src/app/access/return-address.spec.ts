import { describe, expect, it } from '@jest/globals';
import { returnAddress } from './return-address';

describe(returnAddress.name, () => {
  it('leads back to where one was, filters and all', () => {
    const address = '/agent-performance/alerts?project=blue&window=7d#top';
    expect(returnAddress(address)).toBe(address);
    expect(returnAddress('/agent-performance')).toBe('/agent-performance');
  });

  it.each([
    null,
    '',
    '/',
    '//evil.example',
    '//evil.example/agent-performance',
    'https://evil.example/agent-performance',
    'javascript:alert(1)',
    '/agent-performance.evil.example',
    '/agent-performance/../api/docs',
    '/agent-performance/sign-in?return=/agent-performance/sign-in',
    '/agent-performance/invitation#token',
  ])('leads to nothing but our pages: %s', (wanted) => {
    expect(returnAddress(wanted)).toBe('/agent-performance');
  });
});
