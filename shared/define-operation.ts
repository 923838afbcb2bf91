/**
 * An operation is defined once, here in `shared/operations`, and handled once, in `server/handlers`. `/help`,
 * `operations.list` and `docs/operations.md` are loops over the table; so are both faces of the server.
 */
import type { z } from 'zod';
import type { ErrorKey } from './errors.ts';
import type { Locale, Localised } from './locale.ts';

/** What the text face shows of one event of a streaming operation. */
export interface TextPiece {
  /** A whole line by itself. */
  readonly line?: string | undefined;
  /** A part of the running answer, written as it comes. */
  readonly chunk?: string | undefined;
}

export interface TextForm<Output> {
  /** The word after the slash. */
  readonly command: string;
  /** How the words after the command become input: names in order; `...name` takes all the rest. */
  readonly args: readonly string[];
  render(output: Output, locale: Locale): string;
  renderEvent?(name: string, params: Readonly<Record<string, unknown>>, locale: Locale): TextPiece;
}

type Events = Readonly<Record<string, z.ZodType>>;

export interface Operation<
  Name extends string = string,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly name: Name;
  readonly summary: Localised;
  readonly access: 'anonymous' | 'user' | 'admin';
  /** `stream`: the handler is an async generator whose events are notifications. */
  readonly effect: 'read' | 'write' | 'stream';
  readonly input: Input;
  readonly output: Output;
  /** Notifications that a streaming operation sends before its response, by method name. */
  readonly events?: Events;
  /** Application errors that a caller must expect beside the general ones. */
  readonly errors: readonly ErrorKey[];
  /** The response concerns the connection and stands outside the numbering of a resumable session. */
  readonly unnumbered?: true;
  readonly text?: TextForm<z.output<Output>>;
  readonly examples: readonly { readonly input: z.input<Input>; readonly output: z.input<Output> }[];
}

/** Gives the literal types to the compiler; the value is frozen as it is. */
export function defineOperation<const Name extends string, Input extends z.ZodType, Output extends z.ZodType>(
  operation: Operation<Name, Input, Output>,
): Operation<Name, Input, Output> {
  return Object.freeze(operation);
}

export type InputOf<O> = O extends Operation<string, infer I> ? z.output<I> : never;
export type OutputOf<O> = O extends Operation<string, z.ZodType, infer R> ? z.output<R> : never;
