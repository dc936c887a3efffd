/**
 * Keys for what is kept of requests, each derived from the master key for one purpose (HKDF, RFC 5869): a copy of the
 * database alone tells neither what was asked nor what was answered.
 */
import { createHmac, type KeyObject } from 'node:crypto';
import { subkeyOf } from './master-key.js';
import { open, seal } from './sealed-text.js';

export class RequestSecretsUnder {
  private readonly prints: KeyObject;
  private readonly secrets: KeyObject;
  private readonly answers: KeyObject;

  constructor(master: KeyObject) {
    this.prints = subkeyOf(master, 'prints of requests');
    this.secrets = subkeyOf(master, 'secrets made by requests');
    this.answers = subkeyOf(master, 'stored answers');
  }

  /** HMAC-SHA256 in hex. */
  print(text: string): string {
    return createHmac('sha256', this.prints).update(text, 'utf8').digest('hex');
  }

  /** HMAC-SHA256 in base64url, under another key than prints. */
  derived(text: string): string {
    return createHmac('sha256', this.secrets).update(text, 'utf8').digest('base64url');
  }

  /** AES-256-GCM, in base64url. */
  seal(text: string, bound: string): string {
    return seal(Buffer.from(text, 'utf8'), this.answers, Buffer.from(bound, 'utf8')).toString('base64url');
  }

  /** Null: changed, sealed under another key, or for another place. */
  open(sealed: string, bound: string): string | null {
    const opened = open(Buffer.from(sealed, 'base64url'), this.answers, Buffer.from(bound, 'utf8'));
    return opened?.toString('utf8') ?? null;
  }
}
