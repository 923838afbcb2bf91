import { LRUCache } from 'lru-cache';
import { EXCHANGE_LIMITS } from '../chat/limits.ts';
import { rawTokens } from '../support/raw-tokens.ts';

/**
 * Estimates tokens without a tokenizer, and learns from what providers report how far off it is for each
 * model. The first guess is made for subword tokenizers: a short word is one token, a longer one a token for
 * each five letters (English needs fewer, Spanish about as many), a Han or Kana character one, an emoji two.
 */
export class TokenEstimator {
  readonly #ratios = new LRUCache<string, number>({ max: EXCHANGE_LIMITS.tokenRatioModelsMax });

  /** Multiply a raw estimate by it to get the tokens of that model. 1 until the model has reported. */
  ratio(model: string): number {
    return this.#ratios.get(model) ?? 1;
  }

  tokens(model: string, text: string): number {
    return Math.ceil(rawTokens(text) * this.ratio(model));
  }

  /** `rawEstimate` is the uncorrected estimate of the prompt for which the provider counted `reported`. */
  learn(model: string, rawEstimate: number, reported: number): void {
    if (rawEstimate < EXCHANGE_LIMITS.tokenRatioTokensMin || !(reported > 0)) return;
    const { tokenRatioMin, tokenRatioMax, tokenRatioWeight } = EXCHANGE_LIMITS;
    const seen = Math.min(Math.max(reported / rawEstimate, tokenRatioMin), tokenRatioMax);
    const before = this.#ratios.get(model);
    this.#ratios.set(model, before === undefined ? seen : before + (seen - before) * tokenRatioWeight);
  }
}
