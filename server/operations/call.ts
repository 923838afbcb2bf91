/** What a handler knows of the one who calls. It names neither sockets nor text nor JSON. */
import type { InputOf, OutputOf } from '../../shared/define-operation.ts';
import type { OperationName, Operations } from '../../shared/operations/index.ts';
import type { Session } from '../protocol/session.ts';

export type RequestId = string | number;

export interface Call {
  readonly session: Session;
  /** Undefined on the text face and for JSON-RPC notifications. */
  readonly requestId: RequestId | undefined;
  readonly signal: AbortSignal;
  /** The caller is told of the trace as soon as the message has one. */
  traced(trace: string): void;
  /** Ends the connection because the session goes on elsewhere. */
  readonly supersede: () => void;
  /** The session has an owner now, who may send longer lines. */
  readonly authenticated: () => void;
  /** The connection goes on with another session, after everything that its client has not seen. */
  readonly adopt: (session: Session, lastSeq: number) => void;
}

/** Where the notifications of a streaming operation go. */
export interface EventSink {
  event(name: string, params: Readonly<Record<string, unknown>>): void;
  /** Undefined when the next event can be written at once; else resolves when it is worth asking again. */
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
export type StreamingName = 'chat.send';

export type Handlers = {
  readonly [Name in OperationName]: Name extends StreamingName ? Streaming<Name> : Plain<Name>;
};
