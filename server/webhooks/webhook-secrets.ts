/**
 * What webhooks are signed with: one secret for each user. It is derived from a key of the server and random
 * bytes in the user's row, so that no copy of the database has a secret.
 */
import { createHmac } from 'node:crypto';
import { idOfUserOwner } from '../identity/user.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../../shared/clock.ts';
import { WEBHOOK_LIMITS } from './limits.ts';

export interface WebhookSecretsOptions {
  readonly store: Store;
  /** Of the server; whoever has it and the database can sign. */
  readonly key: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: (size: number) => Buffer;
}

export interface RotatedSecret {
  readonly secret: string;
  readonly previousUntil: number | undefined;
}

const NONCE_BYTES = 24;

export class WebhookSecrets {
  readonly #options: WebhookSecretsOptions;

  constructor(options: WebhookSecretsOptions) {
    this.#options = options;
  }

  /** The one before signs on for a day, so that a receiver can take its time. */
  async rotate(user: string): Promise<RotatedSecret> {
    const { store, clock, randomBytes } = this.#options;
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const at = clock.now();
    const row = store.db
      .updateTable('users')
      .set((each) => ({
        webhook_nonce_before: each.ref('webhook_nonce'),
        webhook_nonce: nonce,
        webhook_rotated_at: at,
      }))
      .where('id', '=', user);
    await store.write([row.compile()]);
    const [, before] = await this.of(`user:${user}`);
    const previousUntil = before === undefined ? undefined : at + WEBHOOK_LIMITS.overlapMs;
    return { secret: this.#secretOf(nonce), previousUntil };
  }

  /** The newest one first; empty when there is none. */
  async of(owner: string): Promise<readonly string[]> {
    const { store, clock } = this.#options;
    const row = await store.db
      .selectFrom('users')
      .select(['webhook_nonce as now', 'webhook_nonce_before as before', 'webhook_rotated_at as at'])
      .where('id', '=', idOfUserOwner(owner))
      .executeTakeFirst();
    if (!row || row.now === null) return [];
    const isBoth = row.before !== null && clock.now() < (row.at ?? 0) + WEBHOOK_LIMITS.overlapMs;
    return [row.now, ...(isBoth ? [row.before] : [])].map((nonce) => this.#secretOf(nonce ?? ''));
  }

  #secretOf(nonce: string): string {
    return `whsec_${createHmac('sha256', this.#options.key).update(nonce).digest('base64')}`;
  }
}
