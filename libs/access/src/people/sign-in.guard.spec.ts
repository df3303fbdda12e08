import { describe, expect, it } from '@jest/globals';

import { SignInGuard } from './sign-in.guard.js';

const clock = { now: () => new Date('2026-11-22T10:00:00Z') };

async function admitted(tries: readonly Promise<void>[]): Promise<number> {
  const settled = await Promise.allSettled(tries);
  return settled.filter(({ status }) => status === 'fulfilled').length;
}

describe(SignInGuard.name, () => {
  it('lets no more guesses through at the same time than one after the other', async () => {
    const guard = new SignInGuard(clock);
    const burst = Array.from({ length: 40 }, () => guard.admit('maria', '10.0.0.7'));
    expect(await admitted(burst)).toBe(5);
  });

  it('counts a network of IPv6 as one address', async () => {
    const guard = new SignInGuard(clock);
    const addresses = Array.from({ length: 40 }, (_, n) => `2001:db8:0:1::${n.toString(16)}`);
    expect(await admitted(addresses.map((address) => guard.admit('maria', address)))).toBe(5);
    expect(await admitted([guard.admit('maria', '2001:db8:0:2::1')])).toBe(1);
  });

  it('forgets what was right, or was never looked at', async () => {
    const guard = new SignInGuard(clock);
    for (let round = 0; round < 100; round += 1) {
      await guard.admit('maria', '10.0.0.7');
      if (round % 2 === 0) guard.succeeded('maria', '10.0.0.7');
      else guard.takeBack('maria', '10.0.0.7');
    }
    expect(await admitted([guard.admit('maria', '10.0.0.7')])).toBe(1);
  });

  it('counts one address over all names', async () => {
    const guard = new SignInGuard(clock);
    const names = Array.from({ length: 60 }, (_, n) => guard.admit(`name-${n}`, '10.0.0.7'));
    expect(await admitted(names)).toBe(30);
  });

  it('lets one owner begin a session now and then only', () => {
    const guard = new SignInGuard(clock);
    const begin = (owner: string): boolean => {
      try {
        guard.begin(owner);
        return true;
      } catch {
        return false;
      }
    };
    const begun = Array.from({ length: 100 }, () => begin('key 1')).filter(Boolean);
    expect([begun.length, begin('key 2')]).toEqual([60, true]);
  });
});
