/**
 * What the server's messages do not say of themselves: which model answered, what it cost, the receipt. It is
 * read for the turns that somebody looks at, one after another, the one that came into sight last first.
 */
import type { Ask } from '../../../shared/client/client.ts';
import { isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { amended, type ChatState } from './chat-state.ts';
import { receiptOf } from './slot-records.ts';
import type { Turn } from './turn.ts';

export interface TurnFactsOptions {
  readonly ask: Ask;
  readonly state: () => ChatState;
  readonly change: (next: ChatState) => void;
  readonly keep: () => void;
}

/** Whether there is something to read of it. */
export function lacksFacts({ answerMessage, receipt, erased }: Turn): boolean {
  return answerMessage !== '' && receipt === undefined && !erased;
}

export class TurnFacts {
  readonly #options: TurnFactsOptions;
  /** By the message of the answer: the id of its turn. */
  readonly #wanted = new Map<string, string>();
  /** Those that have no receipt, such as imported ones. */
  readonly #without = new Set<string>();
  #isReading = false;

  constructor(options: TurnFactsOptions) {
    this.#options = options;
  }

  want({ id, answerMessage }: Turn): void {
    if (this.#without.has(answerMessage)) return;
    this.#wanted.delete(answerMessage);
    this.#wanted.set(answerMessage, id);
    void this.read();
  }

  /** Also when there is a connection again. */
  async read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    for (;;) {
      const newest = [...this.#wanted].at(-1);
      if (!newest || !(await this.#readOne(...newest))) break;
    }
    this.#isReading = false;
  }

  /** False while the server does not answer. */
  async #readOne(message: string, turn: string): Promise<boolean> {
    const { ask, state, change, keep } = this.#options;
    const outcome = await ask('ledger.receipt', { message });
    if (!outcome.ok && outcome.failure.reason !== 'not_found') return false;
    this.#wanted.delete(message);
    if (outcome.ok) {
      change(amended(state(), turn, factsOf(outcome.result)));
      keep();
    } else this.#without.add(message);
    return true;
  }
}

function factsOf(result: Params): Partial<Turn> {
  const receipt = receiptOf(result);
  const exchange = isRecord(result['exchange']) ? result['exchange'] : {};
  return {
    receipt,
    model: textOf(exchange['model']),
    charged: numberOf(exchange['charged']),
    offline: exchange['provider'] === 'offline',
    degraded: exchange['degraded'] === true,
    ...(exchange['finish'] === 'length' && { phase: { name: 'done', cut: true } as const }),
  };
}
