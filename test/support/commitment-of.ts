/** The commitment that an entry must have to a text, in either version of the ledger. */
import { createHmac } from 'node:crypto';
import { commitTo } from '../../server/ledger/commitment.ts';

export function commitmentOf(type: 'charge' | 'exchange', salt: Uint8Array, text: string): string {
  if (type === 'charge') return commitTo(salt, text);
  return createHmac('sha256', salt).update(text, 'utf8').digest('base64');
}
