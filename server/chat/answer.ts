import type { EmptyReason, FinishReason } from '../models/model-client.ts';
import type { Route } from '../models/route.ts';

/** What is known about the answer besides its text; complete when the buffer has ended without an error. */
export interface Answer {
  finishReason: FinishReason;
  stoppedBy: 'tool_calls' | 'content_filter' | undefined;
  stopSequence: string | undefined;
  /** The one that was called last. */
  route: Route;
  degraded: boolean;
  reportedInputTokens: number | undefined;
  reportedOutputTokens: number | undefined;
  usageParts: { readonly cachedInputTokens?: number; readonly thinkingTokens?: number };
  emptyBecause: EmptyReason | undefined;
}

/** A call that is over. */
export interface FinishedCall {
  readonly answer: Readonly<Answer>;
  /** Cancelled while a model was working on the prompt. */
  readonly wasCutShort: boolean;
}
