/**
 * What a handler knows about a request: who made it, through which session and connection, and how it is
 * cancelled. It knows nothing of sockets, text or JSON.
 */
import type { InputOf, OutputOf } from '../../shared/define-operation.ts';
import type { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { OperationName, Operations } from '../../shared/operations/index.ts';
import type { TemporaryConversation } from '../conversations/conversation-directory.ts';
import type { SignOutReason } from '../identity/live-sessions.ts';
import type { Credentials, Principal } from '../identity/principal.ts';
import type { AbortSource } from '../support/lazy-abort.ts';

export type RequestId = string | number;

export interface Call {
  /** Resolved for this request. */
  readonly principal: Principal;
  readonly session: SessionPort;
  readonly connection: ConnectionPort;
  /** Undefined on the text face and for JSON-RPC notifications. */
  readonly requestId: RequestId | undefined;
  /** Names a message in logs, receipts and requests upstream; empty for an operation that does not stream. */
  readonly trace: string;
  /** By which a client of the gateway knows its request. */
  readonly clientRequestId?: string | undefined;
  readonly signal: AbortSignal;
  /** The same for whoever only listens: it costs less. */
  readonly abortSource: AbortSource;
  /** Cancels it, as its sender could; with a reason its sender is told that. */
  stop(reason?: HiloError): void;
}

/** An in-flight answer. */
export interface Abortable {
  /** With a `HiloError` its sender is told that one, otherwise `cancelled`. */
  abort(reason?: unknown): void;
}

/** What handlers may ask of a session. */
export interface SessionPort {
  readonly name: string;
  /** What the client says it is; empty when it has not said it. */
  client: string;
  /** A person on the text face, with a connection that is nobody else's. */
  readonly isText: boolean;
  locale: Locale;
  credentials: Credentials;
  /** The id of the conversation in which the next message is said; undefined: a new one. */
  conversation: string | undefined;
  /** As `Session.choose`: for a choice that is made later than it was asked for. */
  choose(): (conversation: string | undefined) => void;
  /** Its conversation is one of which nothing is kept. It ends when the session leaves it. */
  temporary: TemporaryConversation | undefined;
  /** People type what arrives here: on the text face, and where a client has said so. */
  readonly isTyped: boolean;
  saysTyped: boolean;
  /** Ids of the conversations that were listed last: people who type name them by number. */
  shown: readonly string[];
  /** The same of folders. */
  shownFolders: readonly string[];
  /** The client's id of its device; undefined when it has named none. */
  device: string | undefined;
  /** The route that was chosen; the default one when undefined. */
  route: string | undefined;
  /** Whose money its messages use: `own`, or the id of a team; undefined: as its user has chosen. */
  wallet: string | undefined;
  /** Only on the JSON-RPC face. */
  readonly channel: DeliveryPort | undefined;
  /** Messages that were accepted, whatever their outcome. */
  readonly messages: number;
  readonly running: ReadonlyMap<RequestId | symbol, Abortable>;
  nextTrace(): string;
  taken(): void;
  begin(id: RequestId | symbol, run: Abortable): void;
  finish(id: RequestId | symbol): void;
  abortAll(): void;
  signedOut(reason: SignOutReason): void;
  /** It goes on as a guest that nobody knows. */
  leaveLogin(): void;
  /** False for a request of the gateway, whose guest belongs to all clients of an address. */
  readonly ownsGuest: boolean;
  /** A user has taken over its guest: it goes on as one that nobody knows. */
  loseGuest(isTold: boolean): void;
  inherit(user: string, conversation: string): void;
  goOnAs(user: string): void;
  /** Calls `run` once, when nobody can use the session any more. */
  onEnd(run: () => void): void;
  /** Its client learns something that belongs to no request. */
  tell(name: string, params: Readonly<Record<string, unknown>>): void;
  /** Undefined when `tell` may come at once; else resolves when the caller should ask again. */
  ready(): Promise<void> | undefined;
}

/** The numbering and the replay of a session. */
export interface DeliveryPort {
  readonly isResumable: boolean;
  readonly lastSeq: number;
  makeResumable(): void;
  /** How many messages a client that has everything up to `lastSeq` lacks. Throws `gap`, `ack_ahead`. */
  missing(lastSeq: number): number;
  /** Throws `ack_ahead`. */
  acknowledge(seq: number): void;
}

/** What handlers may ask of a connection. One object for its whole life. */
export interface ConnectionPort {
  /** The client's location. */
  readonly address: string;
  /** What a client of the gateway says it is. */
  readonly userAgent?: string | undefined;
  /** Ends the connection because its session continues on another one. */
  supersede(): void;
  /** The connection continues with another session, after everything that its client has not received. */
  adopt(session: SessionPort, lastSeq: number): void;
  /** Its client has shown a key, and may send longer lines. */
  raiseLineLimit(): void;
}

/** Where the notifications of a streaming operation go. */
export interface EventSink {
  event(name: string, params: Readonly<Record<string, unknown>>): void;
  /** Undefined when the next event can be written at once; else resolves when the caller should ask again. */
  ready(): Promise<void> | undefined;
}

type Plain<Name extends OperationName> = (
  input: InputOf<Operations[Name]>,
  call: Call,
) => OutputOf<Operations[Name]> | Promise<OutputOf<Operations[Name]>>;

type Streaming<Name extends OperationName> = (
  input: InputOf<Operations[Name]>,
  call: Call,
  sink: EventSink,
) => Promise<OutputOf<Operations[Name]>>;

/** Operations whose handler sends events before its result. */
export type StreamingName =
  | 'artifacts.read'
  | 'attachments.read'
  | 'chat.send'
  | 'chat.edit'
  | 'chat.regenerate'
  | 'completions.create'
  | 'embeddings.create'
  | 'files.read'
  | 'images.generate'
  | 'summaries.create';

export type Handlers = {
  readonly [Name in OperationName]: Name extends StreamingName ? Streaming<Name> : Plain<Name>;
};
