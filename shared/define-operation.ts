/**
 * An operation is defined once, here in `shared/operations`, and handled once, in
 * `server/operations/handlers`. `/help`, `operations.list` and `docs/operations.md` are loops over the table;
 * so are both faces of the server.
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

/** A member of the input that is never written into a command: the person is asked for it. [T-8] */
export interface SecretMember {
  readonly name: string;
  readonly prompt: Localised;
}

export interface TextForm<Output> {
  /** The word after the slash. */
  readonly command: string;
  /** How the words after the command become input: names in order; `...name` takes all the rest. */
  readonly args: readonly string[];
  /** Members of the input that the command stands for. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** Each is asked for after the command, and is a line of its own. */
  readonly secrets?: readonly SecretMember[];
  /** The member of the input that comes as lines after the command, up to a single ".". [T-9] */
  readonly pasted?: string;
  render(output: Output, locale: Locale): string;
  renderEvent?(name: string, params: Readonly<Record<string, unknown>>, locale: Locale): TextPiece;
}

/**
 * Another command of the text face for the same operation, with some of its input given. It asks for the same
 * secrets.
 */
export interface CommandForm {
  readonly command: string;
  readonly args: readonly string[];
  readonly given: Readonly<Record<string, unknown>>;
  readonly summary: Localised;
}

/** One address of an operation on the HTTP face. The gateway is a loop over these. */
export interface HttpForm {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments in braces are members of the input: `/keys/{key}`. Other members come from query or body. */
  readonly path: string;
  /** Of a success; 200 when left out. With 204 there is no body. */
  readonly status?: 201 | 204;
  /**
   * `refresh`: the refresh token of a browser comes and goes in a cookie that no script can read. `ended`: it
   * is worth nothing any more; that cookie goes, and the one by which the device is known.
   */
  readonly cookie?: 'refresh' | 'ended';
  /** How long anybody may keep the answer; not at all when left out. */
  readonly cacheSeconds?: number;
  /**
   * Also for callers without a key where guests are allowed. Everybody behind an address is the same guest
   * then, so this is only for what shows nothing of a guest and changes nothing.
   */
  readonly keyless?: true;
}

/** What an API key may be bound to; docs/people.md says what each covers. */
export const KEY_SCOPES = ['chat', 'models', 'jobs', 'usage', 'admin'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

type Events = Readonly<Record<string, z.ZodType>>;

export interface Operation<
  Name extends string = string,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Sent extends Events = Events,
> {
  readonly name: Name;
  readonly summary: Localised;
  /** `public`: also for visitors where guests are not allowed. */
  readonly access: 'public' | 'anonymous' | 'user' | 'admin';
  /**
   * What an API key with scopes needs for it. `any`: every key may. `account`: none with scopes, since it is
   * about the account itself.
   */
  readonly scope: KeyScope | 'any' | 'account';
  /** `stream`: the handler sends notifications into a sink before its result. */
  readonly effect: 'read' | 'write' | 'stream';
  readonly input: Input;
  readonly output: Output;
  /** Notifications that a streaming operation sends before its response, by method name. */
  readonly events?: Sent;
  /** Application errors that a caller must expect beside the general ones. */
  readonly errors: readonly ErrorKey[];
  /** The response concerns the connection and is not numbered in a resumable session. */
  readonly unnumbered?: true;
  /** The input may be long: with the member `file` it is the JSON of a file that came in pieces. [F-3] */
  readonly largeInput?: true;
  /** How long it may take, where that is more than usual. A longer one is stopped, and fails. */
  readonly deadlineMs?: number;
  readonly http?: readonly HttpForm[];
  readonly text?: TextForm<z.output<Output>>;
  /** They show their result as `text` does. */
  readonly commands?: readonly CommandForm[];
  readonly examples: readonly { readonly input: z.input<Input>; readonly output: z.input<Output> }[];
}

/** Gives the literal types to the compiler; the value is frozen as it is. */
export function defineOperation<
  const Name extends string,
  Input extends z.ZodType,
  Output extends z.ZodType,
  Sent extends Events = never,
>(operation: Operation<Name, Input, Output, Sent>): Operation<Name, Input, Output, Sent> {
  return Object.freeze(operation);
}

/** What a handler gets. */
export type InputOf<O> = O extends Operation<string, infer I> ? z.output<I> : never;
export type OutputOf<O> = O extends Operation<string, z.ZodType, infer R> ? z.output<R> : never;
/** What a caller may write: fields with a default may be left out. */
export type GivenInputOf<O> = O extends Operation<string, infer I> ? z.input<I> : never;
/** The notifications of a streaming operation, as a union of `{name, params}`. */
export type EventOf<O> =
  O extends Operation<string, z.ZodType, z.ZodType, infer Sent>
    ? [Sent] extends [never]
      ? never
      : { [Name in keyof Sent & string]: { name: Name; params: z.output<Sent[Name]> } }[keyof Sent & string]
    : never;
