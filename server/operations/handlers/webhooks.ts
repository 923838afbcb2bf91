/** Webhooks that tell of the end of jobs. */
import type { WebhookDelivery } from '../../../shared/operations/webhook-shapes.ts';
import { decodePlace, encodePlace } from '../../conversations/list-cursor.ts';
import { messageId } from '../../webhooks/webhook-deliverer.ts';
import type { Webhook } from '../../webhooks/webhook-rows.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import type { Handlers } from '../call.ts';
import { isoTime, personalLoginOf } from '../sign-in.ts';

export interface WebhookServices {
  readonly webhooks: Webhooks;
}

export function webhookHandlers({
  webhooks,
}: WebhookServices): Pick<Handlers, 'webhooks.list' | 'webhooks.rotate'> {
  return {
    async 'webhooks.rotate'(_, call) {
      const { secret, previousUntil } = await webhooks.rotate(personalLoginOf(call).user.id);
      return { secret, ...(previousUntil !== undefined && { previousUntil: isoTime(previousUntil) }) };
    },

    async 'webhooks.list'({ cursor, limit }, { principal }) {
      const below = cursor === undefined ? Number.MAX_SAFE_INTEGER : decodePlace(cursor).number;
      const page = await webhooks.page(principal.owner, { below, limit });
      const last = page.at(-1)?.job;
      const hasMore = last !== undefined && page.length === limit;
      const nextCursor = hasMore ? { nextCursor: encodePlace({ at: 0, number: last.number }) } : {};
      return { deliveries: page.map(deliveryView), ...nextCursor };
    },
  };
}

export function deliveryView({ job, url, status, next, attempts, tries }: Webhook): WebhookDelivery {
  return {
    job: job.id,
    id: messageId(job),
    url,
    status: status ?? (next === undefined ? 'waiting' : 'due'),
    attempts,
    ...(next !== undefined && { nextAt: isoTime(next) }),
    tries: tries.map(({ at, ms, status: answered, fault }) => ({
      at: isoTime(at),
      ms,
      ...(answered !== undefined && { status: answered }),
      ...(fault !== undefined && { fault }),
    })),
  };
}
