/** [H-2] in docs/protocol.md. The names are OpenAI's, which its clients and others read. */
import type { Params } from '../../shared/client/message.ts';
import { Rations, RATIONS_EVENT } from '../../shared/rations.ts';

export type RateHeaders = Readonly<Record<string, string>>;

/** Undefined for any other notification. */
export function rateHeadersIn(event: string, params: Params): RateHeaders | undefined {
  if (event !== RATIONS_EVENT) return undefined;
  const { success, data } = Rations.safeParse(params);
  if (!success) return undefined;
  const { requests, tokens } = data;
  return {
    'x-ratelimit-limit-requests': String(requests.limit),
    'x-ratelimit-remaining-requests': String(requests.remaining),
    'x-ratelimit-reset-requests': durationText(requests.resetMs),
    ...(tokens && {
      'x-ratelimit-limit-tokens': String(tokens.limit),
      'x-ratelimit-remaining-tokens': String(tokens.remaining),
    }),
  };
}

/** `0s`, `7s`, `6m0s`, `1h0m5s`; rounded up to whole seconds. */
export function durationText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
