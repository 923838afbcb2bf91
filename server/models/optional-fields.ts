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
} as const;

type OptionalField = keyof typeof REFUSALS;

export interface FieldValues {
  readonly maxOutputTokens: number;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
}

export class OptionalFields {
  readonly #refused = new Map<string, Set<OptionalField>>();

  /** The fields to send. */
  of(model: string, { maxOutputTokens, temperature, topP }: FieldValues): Record<string, unknown> {
    const refused = this.#refused.get(model);
    const maximum = refused?.has('max_tokens') ? 'max_completion_tokens' : 'max_tokens';
    const fields: Record<string, unknown> = { [maximum]: maxOutputTokens };
    if (!refused?.has('stream_options')) fields['stream_options'] = { include_usage: true };
    if (temperature !== undefined && !refused?.has('temperature')) fields['temperature'] = temperature;
    if (topP !== undefined && !refused?.has('top_p')) fields['top_p'] = topP;
    return fields;
  }

  /** Whether the error refuses one of the fields that were sent, so that the next `of` differs. */
  learn(model: string, sent: Readonly<Record<string, unknown>>, error: unknown): boolean {
    if (!(error instanceof UpstreamStatusError) || (error.status !== 400 && error.status !== 422))
      return false;
    const field = (Object.keys(REFUSALS) as OptionalField[]).find(
      (name) => name in sent && isRefused(name, error),
    );
    if (!field) return false;
    const refused = this.#refused.get(model) ?? new Set();
    // Only a model that the server knows gets this far; the limit protects against a server that accepts any
    // name.
    if (refused.size === 0 && this.#refused.size >= MODELS_MAX) return false;
    this.#refused.set(model, refused.add(field));
    return true;
  }
}

function isRefused(name: OptionalField, { param, message }: UpstreamStatusError): boolean {
  // `stream_options.include_usage` is named by some.
  const named = param === undefined || param.split('.', 1)[0] === name;
  const told = REFUSALS[name].test(message);
  return name === 'max_tokens' ? named && told : param === undefined ? told : named;
}
