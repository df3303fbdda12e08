import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';

import { hashOfSecret, looksLikeKey, mintKey, mintToken } from './api-key.js';
import type { MintedKey } from './api-key.js';
import { KeyRing } from './key.ring.js';

describe(KeyRing.name, () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');
  let rows: Record<string, unknown>[];
  let questions: string[];
  let failing = false;
  let minted: MintedKey;
  let ring: KeyRing;

  beforeEach(async () => {
    minted = mintKey();
    rows = Array.from({ length: 500 }, (_, index) => ({
      key_id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      project_id: index,
      name: `key ${index}`,
      key_hash: index === 250 ? minted.hash : mintKey().hash,
      scopes: ['ingest'],
      expires_at: index === 250 ? new Date(nowMs + 1000) : null,
    }));
    questions = [];
    const dataSource = {
      query: (sql: string, values?: unknown[]) => {
        questions.push(sql.trim().split(/\s/)[0] ?? '');
        if (failing) return Promise.reject(new Error('away'));
        const hashes = sql.includes('key_hash = ANY') ? (values?.[0] as string[]) : null;
        const found = rows.filter((row) => hashes?.includes(String(row['key_hash'])) ?? true);
        return Promise.resolve(found);
      },
    };
    ring = new KeyRing(dataSource as unknown as DataSource);
    await ring.refresh();
  });

  it('knows who holds a key, until it expires', () => {
    expect(ring.find(minted.key, nowMs)?.may(250, 'ingest')).toBe(true);
    expect(ring.find(minted.key, nowMs)?.may(251, 'ingest')).toBe(false);
    expect(ring.find(minted.key, nowMs + 1000)).toBeNull();
  });

  it('does not know what differs in one character, or its hash', () => {
    const { key, hash } = minted;
    for (let at = 0; at < key.length; at += 1) {
      const other = key[at] === 'a' ? 'b' : 'a';
      expect(ring.find(key.slice(0, at) + other + key.slice(at + 1), nowMs)).toBeNull();
    }
    expect(ring.find(hash, nowMs)).toBeNull();
    expect(ring.find('__proto__', nowMs)).toBeNull();
  });

  it('shares a question between all who show unknown keys, and never asks for known ones', async () => {
    const before = questions.length;
    const unknown = Array.from({ length: 50 }, () => mintKey().key);
    const found = await Promise.all(unknown.map((key) => ring.findAnew(key, nowMs)));
    expect(found.every((one) => one === null)).toBe(true);
    expect(questions.length - before).toBeLessThanOrEqual(2);
    const asked = questions.length;
    for (let n = 0; n < 1000; n += 1) ring.find(minted.key, nowMs);
    expect(questions.length).toBe(asked);
  });

  it('knows a key made a moment ago, even if it looked a moment before', async () => {
    const fresh = mintKey();
    const early = ring.findAnew(fresh.key, nowMs);
    rows.push({ ...rows[0], key_id: '00000000-0000-4000-9000-000000000000', key_hash: fresh.hash });
    const [, late] = await Promise.all([early, ring.findAnew(fresh.key, nowMs)]);
    expect(late?.may(0, 'ingest')).toBe(true);
    expect(ring.find(fresh.key, nowMs)).toBe(late);
  });

  it('looks again after a look that failed', async () => {
    const { key } = minted;
    rows = rows.filter((row) => row['key_hash'] !== minted.hash);
    await ring.refresh();
    failing = true;
    await expect(ring.findAnew(key, nowMs)).rejects.toThrow('away');
    failing = false;
    await expect(ring.findAnew(key, nowMs)).resolves.toBeNull();
  });

  it('writes down the use of a key once a minute', async () => {
    for (let n = 0; n < 100; n += 1) ring.find(minted.key, nowMs + n);
    await ring.noteUse();
    await ring.noteUse();
    expect(questions.filter((verb) => verb === 'UPDATE')).toHaveLength(1);
  });

  it('keeps who holds a key over a reading that changes nothing', async () => {
    const before = ring.find(minted.key, nowMs);
    await ring.refresh();
    expect(ring.find(minted.key, nowMs)).toBe(before);
    rows = rows.filter((row) => row['key_hash'] !== minted.hash);
    await ring.refreshAfterChange();
    expect(ring.find(minted.key, nowMs)).toBeNull();
  });

  it('costs about as much as the hash of a key', () => {
    const perCallUs = (work: () => unknown): number => {
      let best = Infinity;
      for (let round = 0; round < 20; round += 1) {
        const begunMs = performance.now();
        for (let n = 0; n < 2000; n += 1) work();
        best = Math.min(best, (performance.now() - begunMs) / 2);
      }
      return best;
    };
    const hashUs = perCallUs(() => hashOfSecret(minted.key));
    const findUs = perCallUs(() => ring.find(minted.key, nowMs));
    expect(findUs).toBeLessThan(hashUs * 4 + 1);
  });
});

describe(mintKey.name, () => {
  it('makes keys of 160 bits that look like keys', () => {
    const keys = Array.from({ length: 2000 }, () => mintKey());
    expect(keys.every(({ key }) => looksLikeKey(key))).toBe(true);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
    // Each of the 32 characters is as likely as any other, at each place: 6 sigma.
    const secrets = keys.map(({ key, prefix }) => key.slice(prefix.length + 1));
    expect(secrets[0]).toHaveLength(32);
    for (const character of 'abcdefghijklmnopqrstuvwxyz234567') {
      const count = secrets.join('').split(character).length - 1;
      expect(Math.abs(count - 2000)).toBeLessThan(6 * Math.sqrt(2000));
    }
  });
});

describe(mintToken.name, () => {
  it('makes tokens of 256 bits', () => {
    const tokens = Array.from({ length: 500 }, () => mintToken().token);
    expect(new Set(tokens).size).toBe(500);
    expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 32)).toBe(true);
  });
});
