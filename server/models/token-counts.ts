/** The numbers that a model server reports, checked where they come in. */
import { amountMax } from '../../shared/ledger/entries.ts';

export interface TokenCounts {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Parts of the two. */
  readonly cachedInputTokens?: number;
  readonly thinkingTokens?: number;
}

/** A count that is not an integer in the ledger's bounds is left out. */
export function checkedCounts(
  input: unknown,
  output: unknown,
  parts: { readonly cached?: unknown; readonly thinking?: unknown } = {},
): TokenCounts {
  const { cached, thinking } = parts;
  return {
    ...(isCount(input) && { inputTokens: input }),
    ...(isCount(output) && { outputTokens: output }),
    ...(isCount(cached) && isCount(input) && cached > 0 && cached <= input && { cachedInputTokens: cached }),
    ...(isCount(thinking) &&
      isCount(output) &&
      thinking > 0 &&
      thinking <= output && { thinkingTokens: thinking }),
  };
}

/**
 * The reports of one answer, of which the last complete one counts. Some servers report with every chunk, and
 * some report 0 and 0 first, and the true counts later.
 */
export class CountReports {
  #complete: TokenCounts | undefined;
  #partial: TokenCounts = {};

  /** Whether the report is complete and plausible. */
  add({ inputTokens = 0, outputTokens = 0, ...parts }: TokenCounts): boolean {
    // No prompt has 0 tokens: a server that says so, or nothing, has not counted.
    if (inputTokens > 0) this.#partial = { ...this.#partial, inputTokens };
    if (outputTokens > 0) this.#partial = { ...this.#partial, outputTokens };
    const isComplete = inputTokens > 0 && outputTokens > 0;
    if (isComplete) this.#complete = { inputTokens, outputTokens, ...parts };
    return isComplete;
  }

  get counts(): TokenCounts {
    return this.#complete ?? this.#partial;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= amountMax;
}
