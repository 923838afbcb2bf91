/** For tests: a request as the gateway gives it to a translator, with a clock that stands still. */
import { ManualClock } from '../../../shared/clock.ts';
import type { CompletionResult } from '../../../shared/operations/completion-shapes.ts';
import { COMPLETION_RESULT_EXAMPLE } from '../../../shared/operations/completion-shapes.ts';
import { ApiRefusal } from '../../http/api-errors.ts';
import type { ApiAnswer, ApiCall, ApiRequest } from '../external-api.ts';
import { ollamaApi } from './index.ts';

export const NOW = Date.parse('2026-01-02T03:04:05.000Z');

export function translate(
  method: string,
  path: string,
  body: Record<string, unknown> = {},
  clock = new ManualClock(NOW),
): ApiCall | ApiAnswer {
  const address = ollamaApi.addresses.find((one) => one.method === method && one.path === path);
  if (!address) throw new Error(`There is no ${method} ${path}`);
  const request: ApiRequest = {
    body,
    path: {},
    query: {},
    headers: {},
    locale: 'en',
    id: 'request-1',
    now: clock.now(),
    clock,
    newId: () => 'new',
  };
  return address.translate(request);
}

export function post(path: string, body: Record<string, unknown>, clock?: ManualClock): ApiCall {
  const call = translate('POST', path, body, clock);
  if (!('operation' in call)) throw new Error('It is an answer, and no operation');
  return call;
}

/** The refusal as `key param`. */
export function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiRefusal) return [error.key, error.values['param'] ?? ''].join(' ').trim();
    throw error;
  }
  return 'accepted';
}

export function resultOf(more: Partial<CompletionResult>): CompletionResult {
  return { ...COMPLETION_RESULT_EXAMPLE, ...more };
}

export function linesOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
