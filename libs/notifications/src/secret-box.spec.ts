import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { AppConfig } from '@app/platform';

import { SecretBox, UnreadableSecrets } from './secret-box.js';

const box = (config: Partial<AppConfig>) => new SecretBox(config as AppConfig);
const folder = () => join(mkdtempSync(join(tmpdir(), 'apt-box-')), 'data');
const SECRETS = { password: 'hunter2-hunter2' };

describe(SecretBox.name, () => {
  const key = Buffer.alloc(32, 7);

  it('opens what it sealed, for the same owner only', () => {
    const sealed = box({ secretKey: key }).seal(SECRETS, 'mine');
    expect(box({ secretKey: key }).open(sealed, 'mine')).toEqual(SECRETS);
    expect(() => box({ secretKey: key }).open(sealed, 'yours')).toThrow(UnreadableSecrets);
  });

  it('opens nothing with another key, and nothing that was touched', () => {
    const sealed = box({ secretKey: key }).seal(SECRETS, 'mine');
    expect(() => box({ secretKey: Buffer.alloc(32, 8) }).open(sealed, 'mine')).toThrow(
      UnreadableSecrets,
    );
    const bytes = Buffer.from(sealed.slice(3), 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const touched = Buffer.from(bytes);
      touched[at] = (touched[at] ?? 0) ^ 1;
      const text = `v1.${touched.toString('base64')}`;
      expect(() => box({ secretKey: key }).open(text, 'mine')).toThrow(UnreadableSecrets);
    }
    for (const text of ['', 'v1.', 'v2.AAAA', sealed.slice(0, 20)]) {
      expect(() => box({ secretKey: key }).open(text, 'mine')).toThrow(UnreadableSecrets);
    }
  });

  it('writes nothing readable, and never the same twice', () => {
    const sealer = box({ secretKey: key });
    const [one, two] = [sealer.seal(SECRETS, 'mine'), sealer.seal(SECRETS, 'mine')];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.slice(3), 'base64').toString('latin1')).not.toContain('hunter2');
  });

  it('keeps a key of its own that only its owner can read', () => {
    const dataDir = folder();
    const sealed = box({ dataDir }).seal(SECRETS, 'mine');
    expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, 'secret.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(readdirSync(dataDir)).toEqual(['secret.key']);
    expect(box({ dataDir }).open(sealed, 'mine')).toEqual(SECRETS);
  });

  it('makes no key where one is given, and replaces none that is damaged', () => {
    const dataDir = folder();
    box({ dataDir, secretKey: key }).seal(SECRETS, 'mine');
    expect(existsSync(dataDir)).toBe(false);
    box({ dataDir }).seal(SECRETS, 'mine');
    writeFileSync(join(dataDir, 'secret.key'), 'damaged');
    expect(() => box({ dataDir }).seal(SECRETS, 'mine')).toThrow('does not hold a key');
    expect(readFileSync(join(dataDir, 'secret.key'), 'utf8')).toBe('damaged');
  });
});
