/** The fields of an OpenAI request that some server or model refuses; refusals are remembered by model. */
import { UpstreamStatusError } from './upstream-error.ts';

const MODELS_MAX = 256;

/** What shows that a field was refused, in the words of servers that name no `param`. */
const REFUSALS = {
  stream_options: /\bstream_options\b/u,
  // A value that is too large is refused too; only OpenAI's newer models want the other name.
  max_tokens: /\bmax_completion_tokens\b/u,
  temperature: /\btemperature\b/u,
  top_p: /\btop_p\b/u,
  seed: /\bseed\b/u,
  presence_penalty: /\bpresence_penalty\b|\bpresencePenalty\b/u,
  frequency_penalty: /\bfrequency_penalty\b|\bfrequencyPenalty\b/u,
  parallel_tool_calls: /\bparallel_tool_calls\b/u,
  reasoning_effort: /\breasoning_effort\b/u,
} as const;

type OptionalField = keyof typeof REFUSALS;

export interface FieldValues {
  readonly maxOutputTokens: number;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  /** What one client wants; undefined members are not sent. */
  readonly wanted?: Readonly<Record<string, unknown>> | undefined;
}

/** What a client has chosen badly; it must not be left out of the requests of others. */
export type OwnRefusals = Set<OptionalField>;

export class OptionalFields {
  readonly #refused = new Map<string, Set<OptionalField>>();

  /** The fields to send. */
  of(model: string, values: FieldValues, own?: OwnRefusals): Record<string, unknown> {
    const { maxOutputTokens, temperature, topP, wanted } = values;
    const refused = this.#refused.get(model);
    const isLeftOut = (name: OptionalField) => refused?.has(name) === true || own?.has(name) === true;
    const maximum = isLeftOut('max_tokens') ? 'max_completion_tokens' : 'max_tokens';
    const fields: Record<string, unknown> = { [maximum]: maxOutputTokens };
    const others = { stream_options: { include_usage: true }, temperature, top_p: topP, ...wanted };
    for (const [name, value] of Object.entries(others)) {
      if (value !== undefined && !(isOptional(name) && isLeftOut(name))) fields[name] = value;
    }
    return fields;
  }

  /**
   * Whether the error refuses one of the fields that were sent, so that the next `of` differs. What a client
   * `wanted` is noted in `own` alone.
   */
  learn(
    model: string,
    sent: Readonly<Record<string, unknown>>,
    error: unknown,
    { wanted = {}, own }: { wanted?: FieldValues['wanted']; own?: OwnRefusals } = {},
  ): boolean {
    if (!(error instanceof UpstreamStatusError) || (error.status !== 400 && error.status !== 422))
      return false;
    const field = Object.keys(sent)
      .filter(isOptional)
      .find((name) => isRefused(name, error));
    if (!field) return false;
    if (own && wanted[field] !== undefined) {
      own.add(field);
      return true;
    }
    const refused = this.#refused.get(model) ?? new Set();
    // Only a model that the server knows gets this far; the limit protects against a server that accepts any
    // name.
    if (refused.size === 0 && this.#refused.size >= MODELS_MAX) return false;
    this.#refused.set(model, refused.add(field));
    return true;
  }
}

function isOptional(name: string): name is OptionalField {
  return Object.hasOwn(REFUSALS, name);
}

function isRefused(name: OptionalField, { param, message }: UpstreamStatusError): boolean {
  // `stream_options.include_usage` is named by some.
  const named = param === undefined || param.split('.', 1)[0] === name;
  const told = REFUSALS[name].test(message);
  return name === 'max_tokens' ? named && told : param === undefined ? told : named;
}
