/** Erases what was said in a conversation, at the server and then here. */
import type { Ask } from '../../../shared/client/client.ts';
import { numberOf, type Outcome, type RpcFailure } from '../../../shared/client/message.ts';
import { items, NEW_CONVERSATION, type ChatState } from './chat-state.ts';
import type { Turn } from './turn.ts';

export interface ErasedMany {
  /** Exchanges whose text is still at the server. */
  readonly left: number;
  /** Why the last of them was not erased. */
  readonly failure: RpcFailure | undefined;
}

interface Erasing {
  readonly ask: Ask;
  /** One exchange, by its receipt. */
  readonly erase: (turn: Turn) => Promise<Outcome>;
  /** The server has erased the conversation. */
  readonly erased: () => void;
}

const STILL_WRITTEN: RpcFailure = { reason: 'ledger_unavailable', message: '', values: {} };

export async function eraseConversation(state: ChatState, erasing: Erasing): Promise<ErasedMany> {
  let { left, failure } = await eraseWhole(state, erasing);
  const all = items(state);
  const below = all.findLastIndex(({ kind }) => kind === 'notice') + 1;
  const isErased = state.conversation !== undefined && state.conversation !== NEW_CONVERSATION && !failure;
  // Everything above a notice was said in another conversation.
  for (const turn of isErased ? all.slice(0, below) : all) {
    if (turn.kind !== 'turn' || turn.erased || !turn.receipt) continue;
    const outcome = await erasing.erase(turn);
    if (outcome.ok) continue;
    left += 1;
    ({ failure } = outcome);
  }
  return { left, failure };
}

async function eraseWhole({ conversation }: ChatState, { ask, erased }: Erasing): Promise<ErasedMany> {
  if (conversation === undefined || conversation === NEW_CONVERSATION) return { left: 0, failure: undefined };
  for (;;) {
    const outcome = await ask('chat.erase', { conversation });
    if (!outcome.ok) return { left: 0, failure: outcome.failure };
    const left = numberOf(outcome.result['left']);
    if (left > 0 && numberOf(outcome.result['erased']) === 0) return { left, failure: STILL_WRITTEN };
    if (left === 0) break;
  }
  erased();
  return { left: 0, failure: undefined };
}
