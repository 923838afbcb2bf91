/** What a token costs, in credits, by model. Prices are whole numbers: amounts in the ledger are integers. */
import { z } from 'zod';
import type { ModelClient } from '../models/model-client.ts';

export interface Price {
  readonly input: number;
  readonly output: number;
}

const PriceSchema = z.strictObject({
  input: z.int().min(0).max(1_000_000),
  output: z.int().min(0).max(1_000_000),
});

/**
 * `{"model": {"input": 1, "output": 3}, …}`; the name `*` stands for every model that is not named. Whoever
 * names a dear model should price `*` too: a tag of the same weights is another name.
 */
export const PricesSchema = z.record(z.string().min(1), PriceSchema);

const DEFAULT: Price = { input: 1, output: 1 };
const FREE: Price = { input: 0, output: 0 };

export class PriceTable {
  readonly #prices: ReadonlyMap<string, Price>;
  readonly #others: Price;

  constructor(prices: Readonly<Record<string, Price>>) {
    this.#prices = new Map(Object.entries(prices).map(([model, price]) => [plainName(model), price]));
    this.#others = prices['*'] ?? DEFAULT;
  }

  /** The offline companion costs nothing, whatever the table says. */
  of(provider: ModelClient['provider'], model: string): Price {
    if (provider === 'offline') return FREE;
    return this.#prices.get(plainName(model)) ?? this.#others;
  }
}

export function cost(price: Price, inputTokens: number, outputTokens: number): number {
  return price.input * inputTokens + price.output * outputTokens;
}

/** Ollama takes `x`, `X`, `x:latest` and `library/x` for one model. */
function plainName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^library\//, '')
    .replace(/:latest$/, '');
}
