/** What tokens and images cost, in credits, by model: whole numbers, as amounts in the ledger are. */
import { plainModelName } from '../../shared/model-route.ts';

export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of one image. Images are paid by the piece, and not by their tokens. */
  readonly image?: number | undefined;
}

/** Of an image whose route has no price for it. */
const IMAGE_CREDITS = 1_000;

const DEFAULT: Price = { input: 1, output: 1 };
export const FREE: Price = { input: 0, output: 0, image: 0 };

/** The name `*` stands for every model that is not named. */
export class PriceTable {
  readonly #prices: ReadonlyMap<string, Price>;
  readonly #others: Price;

  constructor(prices: Readonly<Record<string, Price>>) {
    this.#prices = new Map(Object.entries(prices).map(([model, price]) => [plainModelName(model), price]));
    this.#others = prices['*'] ?? DEFAULT;
  }

  of(model: string): Price {
    return this.#prices.get(plainModelName(model)) ?? this.#others;
  }
}

export function cost(price: Price, inputTokens: number, outputTokens: number): number {
  return price.input * inputTokens + price.output * outputTokens;
}

export function imageCost({ image = IMAGE_CREDITS }: Price, images: number): number {
  return image * images;
}
