/** What the ledger is told of an exchange, and what it costs. */
import { committedPrompt } from '../../shared/attachments.ts';
import type { ChargeRequest } from '../ledger/account-requests.ts';
import { commitTo } from '../ledger/commitment.ts';
import type { SettleFacts } from './meter.ts';
import { cost, imageCost, type Price } from './price-table.ts';

export interface Salts {
  readonly promptSalt: Buffer;
  readonly answerSalt: Buffer;
}

export type Bill = Pick<ChargeRequest, 'charge' | 'exchange'>;

export function billOf(
  facts: SettleFacts,
  { actor, trace }: { readonly actor: string; readonly trace: string },
  { promptSalt, answerSalt }: Salts,
): Bill {
  const { service, route, model, price, degraded, finish, usage, answer } = facts;
  const { inputTokens, outputTokens, source } = usage;
  const by = { actor, service, route, model, finish, trace, degraded };
  const prompt = committedPrompt(facts.prompt, facts.attachments);
  const commitments = { prompt: commitTo(promptSalt, prompt), answer: commitTo(answerSalt, answer) };
  return {
    charge: degraded || finish === 'failed' ? 0 : costOf(price, usage),
    exchange: { ...by, inputTokens, outputTokens, usage: source, ...commitments },
  };
}

function costOf(price: Price, { inputTokens, outputTokens, images }: SettleFacts['usage']): number {
  return images === undefined ? cost(price, inputTokens, outputTokens) : imageCost(price, images);
}
