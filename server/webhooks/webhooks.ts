/** Webhooks, as handlers use them. */
import { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import { isUserOwner } from '../identity/user.ts';
import type { Job } from '../jobs/job.ts';
import type { WebhookHttp } from './webhook-http.ts';
import type { Webhook, WebhookRows } from './webhook-rows.ts';
import type { RotatedSecret, WebhookSecrets } from './webhook-secrets.ts';

export interface WebhooksOptions {
  readonly rows: WebhookRows;
  readonly secrets: WebhookSecrets;
  readonly http: Pick<WebhookHttp, 'check'>;
}

export class Webhooks {
  readonly #options: WebhooksOptions;

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** Rejects with `auth_required`, `webhook_refused` or `webhook_unsigned` when nothing can be told there. */
  async accept(url: string, owner: string, locale: Locale): Promise<void> {
    const { http, secrets } = this.#options;
    // A guest has nothing by which a receiver could know who sends.
    if (!isUserOwner(owner)) throw new HiloError('auth_required');
    http.check(url, locale);
    if ((await secrets.of(owner)).length === 0) throw new HiloError('webhook_unsigned');
  }

  rotate(user: string): Promise<RotatedSecret> {
    return this.#options.secrets.rotate(user);
  }

  page(owner: string, page: { readonly below: number; readonly limit: number }): Promise<Webhook[]> {
    return this.#options.rows.page(owner, page);
  }

  async ofJob({ number, webhook }: Job): Promise<Webhook | undefined> {
    return webhook === undefined ? undefined : await this.#options.rows.ofJob(number);
  }
}
