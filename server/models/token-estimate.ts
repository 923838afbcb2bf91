import { LRUCache } from 'lru-cache';
import { rawTokens } from '../support/raw-tokens.ts';
import { MODEL_LIMITS } from './limits.ts';

interface Learned {
  /** The samples, one for each owner. */
  readonly samples: LRUCache<string, number>;
  ratio: number;
}

/**
 * Estimates tokens without a tokenizer, and learns from what providers report how far off it is for each
 * model. The first guess is made for subword tokenizers: a short word is one token, a longer one a token for
 * each five letters (English needs fewer, Spanish about as many), a Han or Kana character one, an emoji two.
 *
 * The ratio of a model is the median over owners, each with one sample, however many messages they send. An
 * owner whose texts are made to be counted badly moves it no further than to the next sample of another.
 */
export class TokenEstimator {
  readonly #models = new LRUCache<string, Learned>({ max: MODEL_LIMITS.tokenRatioModelsMax });

  /** Multiply a raw estimate by it to get the tokens of that model. 1 until several owners have taught it. */
  ratio(model: string): number {
    return this.#models.get(model)?.ratio ?? 1;
  }

  tokens(model: string, text: string): number {
    return Math.ceil(rawTokens(text) * this.ratio(model));
  }

  /**
   * `rawEstimate` is the uncorrected estimate of the prompt of `owner` for which the provider counted
   * `reported`. Counts that cannot be those of the prompt are not believed.
   */
  learn(model: string, rawEstimate: number, reported: number, owner: string): void {
    const { tokenRatioTokensMin, tokenSampleMin, tokenSampleMax, tokenSampleWeight } = MODEL_LIMITS;
    const seen = reported / rawEstimate;
    if (rawEstimate < tokenRatioTokensMin || !(seen >= tokenSampleMin && seen <= tokenSampleMax)) return;
    const learned = this.#learned(model);
    const before = learned.samples.get(owner);
    learned.samples.set(owner, before === undefined ? seen : before + (seen - before) * tokenSampleWeight);
    learned.ratio = ratioOf([...learned.samples.values()]);
  }

  #learned(model: string): Learned {
    const known = this.#models.get(model);
    if (known) return known;
    const samples = new LRUCache<string, number>({ max: MODEL_LIMITS.tokenRatioOwnersMax });
    const learned = { samples, ratio: 1 };
    this.#models.set(model, learned);
    return learned;
  }
}

/** The median; while there are few owners, ones stand for those that are missing. */
function ratioOf(samples: number[]): number {
  while (samples.length < MODEL_LIMITS.tokenRatioOwnersMin) samples.push(1);
  samples.sort((one, other) => one - other);
  const middle = (samples.length - 1) / 2;
  const median = ((samples[Math.floor(middle)] ?? 1) + (samples[Math.ceil(middle)] ?? 1)) / 2;
  return Math.min(Math.max(median, MODEL_LIMITS.tokenRatioMin), MODEL_LIMITS.tokenRatioMax);
}
