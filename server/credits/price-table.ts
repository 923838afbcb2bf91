/** What a token costs, in credits, by model. Prices are whole numbers: amounts in the ledger are integers. */
import { z } from 'zod';
import type { LlmProvider } from '../llm/provider.ts';

export interface Price {
  readonly input: number;
  readonly output: number;
}

const PriceSchema = z.strictObject({
  input: z.int().min(0).max(1_000_000),
  output: z.int().min(0).max(1_000_000),
});

/** `{"model": {"input": 1, "output": 3}, …}`; the name `*` stands for every model that is not named. */
export const PricesSchema = z.record(z.string().min(1), PriceSchema);

const DEFAULT: Price = { input: 1, output: 1 };
const FREE: Price = { input: 0, output: 0 };

export class PriceTable {
  readonly #prices: Readonly<Record<string, Price>>;

  constructor(prices: Readonly<Record<string, Price>>) {
    this.#prices = prices;
  }

  /** The offline companion costs nothing, whatever the table says. */
  of(provider: LlmProvider['name'], model: string): Price {
    if (provider === 'offline') return FREE;
    return (Object.hasOwn(this.#prices, model) ? this.#prices[model] : this.#prices['*']) ?? DEFAULT;
  }
}

export function cost(price: Price, inputTokens: number, outputTokens: number): number {
  return price.input * inputTokens + price.output * outputTokens;
}
