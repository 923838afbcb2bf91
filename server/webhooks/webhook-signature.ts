/** The headers of Standard Webhooks (github.com/standard-webhooks/standard-webhooks). */
import { createHmac } from 'node:crypto';

export interface SignedMessage {
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly at: number;
  readonly body: string;
}

const PREFIX = 'whsec_';

/** One signature for each secret: a receiver accepts a request when one of them is right. */
export function signedHeaders(
  { id, at, body }: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
