import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@app/platform';
import type { AppConfig } from '@app/platform';

/** Where the key is kept that nobody gave. */
const KEY_FILE = 'secret.key';
const FORM = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type Secrets = Record<string, string>;

/** Thrown when sealed secrets do not open: another key, another owner, or a changed text. */
export class UnreadableSecrets extends Error {
  override readonly name = 'UnreadableSecrets';
}

/** Seals secrets with AES-256-GCM (NIST SP 800-38D) under a fresh nonce each. */
@Injectable()
export class SecretBox {
  private key?: Buffer;

  constructor(@Inject(CONFIG) private readonly config: AppConfig) {}

  /** @param owner what they belong to; they open for the same owner only */
  seal(secrets: Secrets, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.theKey(), nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
    return `${FORM}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`;
  }

  /** @throws UnreadableSecrets */
  open(text: string, owner: string): Secrets {
    const [form, payload = ''] = text.split('.');
    const bytes = Buffer.from(payload, 'base64');
    const key = this.theKey();
    try {
      if (form !== FORM) throw new UnreadableSecrets('They are in another form');
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(owner));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      const plain = Buffer.concat([decipher.update(sealed), decipher.final()]);
      return JSON.parse(plain.toString('utf8')) as Secrets;
    } catch (cause) {
      // Decryption fails in as many ways as a text can be wrong; all mean the same.
      throw new UnreadableSecrets('The secrets do not open with this key', { cause });
    }
  }

  private theKey(): Buffer {
    return (this.key ??= this.config.secretKey ?? keptKey(this.config.dataDir));
  }
}

/** Reads the key of a data folder, or makes one that only its owner can read. */
function keptKey(dataDir: string): Buffer {
  const file = join(dataDir, KEY_FILE);
  return readKey(file) ?? makeKey(dataDir, file);
}

function makeKey(dataDir: string, file: string): Buffer {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    chmodSync(draft, 0o600);
    // A link is made whole or not at all, and never over a key that another process just made.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const key = readKey(file);
  if (!key) throw new Error(`${file} cannot be read`);
  return key;
}

/** @returns null when there is none */
function readKey(file: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${file} does not hold a key: put it back`);
  return Buffer.from(text, 'hex');
}
