/** A message and its answer, as the page shows them, and the lines between them. */
import type { ErrorKey, ErrorValues } from '../../../shared/errors.ts';
import type { Params, RequestId } from '../../../shared/client/message.ts';
import type { Loss } from '../../../shared/client/session-contract.ts';
import type { KeptReceipt } from './proof/proof-contract.ts';

export type Phase =
  /** Not sent: there is no connection, or the server is restarting. It goes out by itself. */
  | { readonly name: 'held' }
  | { readonly name: 'sending' }
  | { readonly name: 'queued'; readonly position: number; readonly sinceMs: number }
  /** The model is not in the machine's memory yet; that takes up to a minute. */
  | { readonly name: 'loading' }
  /** The model has begun; no word has come yet. */
  | { readonly name: 'thinking' }
  | { readonly name: 'streaming' }
  | { readonly name: 'done'; readonly cut: boolean }
  /** `elsewhere`: not in this window. */
  | { readonly name: 'stopped'; readonly elsewhere?: true }
  | {
      readonly name: 'failed';
      readonly reason: ErrorKey;
      readonly values: ErrorValues;
      readonly retryAtMs: number;
    }
  /** The session went away before the answer was whole. */
  | { readonly name: 'lost' };

/** What was asked of the server: a message, other words for one, or another answer to one. */
export type Asked =
  | { readonly name: 'send' }
  /** `message` is the prompt whose words are replaced. */
  | { readonly name: 'edit'; readonly message: string }
  /** `message` is the answer beside which another one is wanted. */
  | { readonly name: 'regenerate'; readonly message: string };

/** The versions of a message that there are. */
export interface Versions {
  /** Oldest first, itself included. */
  readonly ids: readonly string[];
  readonly index: number;
}

export interface Turn {
  readonly kind: 'turn';
  /** Also the `clientMessageId`: however often it is sent, it is one message. */
  readonly id: string;
  readonly requestId: RequestId;
  readonly text: string;
  readonly sentAtMs: number;
  readonly phase: Phase;
  readonly answer: string;
  /** Reasoning that the model sends separately from its answer. */
  readonly thinking: string;
  /** Wall time at which the reasoning began; 0 when there was none. */
  readonly thinkingSinceMs: number;
  /** How long it took; 0 while it goes on or is not known. */
  readonly thinkingMs: number;
  readonly stopping: boolean;
  readonly model: string;
  readonly trace: string;
  readonly offline: boolean;
  readonly degraded: boolean;
  /** Credits; undefined while it is not known. */
  readonly charged: number | undefined;
  readonly receipt: KeptReceipt | undefined;
  /** What was said is gone, here and at the server; that it was said stays in the ledger. */
  readonly erased: boolean;
  /** Ids of its messages at the server; empty while they are not known. */
  readonly promptMessage: string;
  readonly answerMessage: string;
  readonly asked: Asked;
  /** Another session has asked it: it is followed here, and sent by nobody but that one. */
  readonly elsewhere: boolean;
  /** Undefined when there is only one, as far as is known. */
  readonly promptVersions: Versions | undefined;
  readonly answerVersions: Versions | undefined;
  /** Messages before it that the model was sent with it; undefined while that is not known. */
  readonly remembered: number | undefined;
  /** Files that were sent with the message: what the server says of them, or the uploads that are named. */
  readonly attachments: readonly Params[];
}

export type NoticeName = Loss | 'copied' | 'forgotten';

/** A line across the conversation: what is above it is no longer known to the model. */
export interface Notice {
  readonly kind: 'notice';
  readonly id: string;
  readonly name: NoticeName;
}

export type Item = Turn | Notice;

export const NO_ANSWER = { answer: '', thinking: '', thinkingSinceMs: 0, thinkingMs: 0 } as const;

export const BLANK_TURN = {
  kind: 'turn',
  phase: { name: 'held' },
  ...NO_ANSWER,
  stopping: false,
  model: '',
  trace: '',
  offline: false,
  degraded: false,
  charged: undefined,
  receipt: undefined,
  erased: false,
  promptMessage: '',
  answerMessage: '',
  asked: { name: 'send' },
  elsewhere: false,
  promptVersions: undefined,
  answerVersions: undefined,
  remembered: undefined,
  attachments: [],
} as const;
