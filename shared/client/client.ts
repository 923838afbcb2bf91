/**
 * The typed client: names, inputs, outputs and events of every call come from the table of operations.
 *
 *     const call = client.call('chat.send', { text: 'hello' });
 *     for await (const event of call) if (event.name === 'chat.delta') show(event.params.text);
 *     const { credits } = await call;
 *
 * It uses only the types of the table, so that the page need not load the schemas. It checks that a result is
 * an object, and trusts the server for its content.
 */
import type { EventOf, GivenInputOf, OutputOf } from '../define-operation.ts';
import type { ErrorValues } from '../errors.ts';
import type { OperationName, Operations } from '../operations/index.ts';
import type { FailureReason, Outcome, Params, RequestId, RpcFailure } from './message.ts';
import type { Channel, RequestOptions } from './requests.ts';

export type GivenInput<Name extends OperationName> = GivenInputOf<Operations[Name]>;
export type Output<Name extends OperationName> = OutputOf<Operations[Name]>;
/** `repeated`: the request never arrived and was sent again; discard the events before it. */
export type CallEvent<Name extends OperationName> =
  EventOf<Operations[Name]> | { readonly name: 'repeated'; readonly params: Params };

/**
 * The result as a promise, and the events as an async iterable, which ends with the response and throws when
 * the response is an error. All events are kept until somebody iterates.
 */
export type Call<Name extends OperationName> = Promise<Output<Name>> &
  AsyncIterable<CallEvent<Name>> & { readonly id: RequestId };

/** A call that never rejects. The content of a result is not checked. */
export type Ask = <Name extends OperationName>(name: Name, input: GivenInput<Name>) => Promise<Outcome>;

/** A response that is an error, or a response that never came. */
export class ClientError extends Error {
  readonly key: FailureReason;
  readonly values: ErrorValues;
  readonly retryAfterMs: number | undefined;

  constructor({ reason, message, values, retryAfterMs }: RpcFailure) {
    super(message || reason);
    this.name = 'ClientError';
    this.key = reason;
    this.values = values;
    this.retryAfterMs = retryAfterMs;
  }
}

export class Client {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Rejects with `ClientError`. */
  call<Name extends OperationName>(
    name: Name,
    input: GivenInput<Name>,
    options: RequestOptions = {},
  ): Call<Name> {
    const events = new EventQueue<CallEvent<Name>>();
    const { promise, resolve, reject } = Promise.withResolvers<Output<Name>>();
    const id = this.#channel.request(
      name,
      input,
      {
        event: (method, params) => events.push({ name: method, params } as CallEvent<Name>),
        repeated: () => events.push({ name: 'repeated', params: {} }),
        settled(outcome) {
          const error = outcome.ok ? undefined : new ClientError(outcome.failure);
          events.end(error);
          if (outcome.ok) resolve(outcome.result as Output<Name>);
          else reject(error);
        },
      },
      options,
    );
    return Object.assign(promise, {
      id,
      [Symbol.asyncIterator]() {
        // The code that iterates gets the error there.
        promise.catch(() => undefined);
        return events.read();
      },
    });
  }
}

/** Events that have arrived and have not been read yet. */
class EventQueue<Event> {
  #waiting: Event[] = [];
  #end: { readonly error: ClientError | undefined } | undefined;
  #wake: (() => void) | undefined;

  push(event: Event): void {
    this.#waiting.push(event);
    this.#wake?.();
  }

  end(error: ClientError | undefined): void {
    this.#end = { error };
    this.#wake?.();
  }

  async *read(): AsyncGenerator<Event, undefined> {
    for (;;) {
      const events = this.#waiting;
      this.#waiting = [];
      yield* events;
      if (this.#waiting.length > 0) continue;
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }
}
