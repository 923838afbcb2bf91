/** Webhooks, put together. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { ServerConfig } from './config/config.ts';
import type { DataDirectory } from './data-directory.ts';
import type { Job } from './jobs/job.ts';
import type { Log } from './observability/log.ts';
import { OutboundHttp } from './outbound/outbound-http.ts';
import { readOrMakeKey } from './support/key-file.ts';
import { WebhookDeliverer } from './webhooks/webhook-deliverer.ts';
import { WebhookHttp } from './webhooks/webhook-http.ts';
import { WebhookRows } from './webhooks/webhook-rows.ts';
import { WebhookSecrets } from './webhooks/webhook-secrets.ts';
import { Webhooks } from './webhooks/webhooks.ts';

export interface WebhookParts {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly data: Pick<DataDirectory, 'store'>;
  readonly viewOf: (job: Job) => object;
}

export interface WebhookServicesOpened {
  readonly webhooks: Webhooks;
  readonly deliverer: WebhookDeliverer;
}

/** Nothing is sent before `deliverer.start`. */
export async function openWebhooks(parts: WebhookParts): Promise<WebhookServicesOpened> {
  const { config, clock, random, log, viewOf } = parts;
  const { store } = parts.data;
  const path = join(config.DATA_DIR, 'keys', 'webhook.key');
  const key = await readOrMakeKey(path, () => randomBytes(32).toString('base64url'));
  const secrets = new WebhookSecrets({ store, key, clock, randomBytes });
  const rules = { ports: config.OUTBOUND_PORTS, allowed: config.OUTBOUND_ALLOW };
  const allowsHttp = config.WEBHOOKS_ALLOW_HTTP;
  const http = new WebhookHttp({ http: new OutboundHttp({ clock, rules }), allowsHttp });
  const rows = new WebhookRows(store);
  return {
    webhooks: new Webhooks({ rows, secrets, http }),
    deliverer: new WebhookDeliverer({ clock, random, log, rows, secrets, http, viewOf }),
  };
}
