import type { Clock } from '../../shared/clock.ts';
import { AnswerReader, type AnswerSign, type ResponseEnd } from './answer-reader.ts';
import type { LlmChunk, LlmRequest } from './model-client.ts';
import { upstreamError, withoutContent } from './upstream-error.ts';
import type { ResponseBody, Upstream } from './upstream.ts';

/** What a response says, one after the other; `alive` is whatever says nothing of the answer. */
export type AnswerSigns = AsyncIterator<AnswerSign | 'alive', void, undefined>;

/** The response of which the signs come, once it has begun. */
export interface AnswerResponse {
  body?: ResponseBody;
}

export interface ReadAnswerOptions {
  readonly request: Pick<LlmRequest, 'messages' | 'signal' | 'options' | 'trace'>;
  readonly response: AnswerResponse;
  readonly upstream: Pick<Upstream, 'release'>;
  readonly clock: Pick<Clock, 'after' | 'monotonic' | 'now'>;
  /** Of a server that can be asked whether it is loading the model, while nothing has come. */
  readonly watch?: LoadWatch | undefined;
}

export interface LoadWatch {
  /** How long to wait before the next look. */
  readonly waitMs: number;
  /** Whether the model is being loaded; never throws. */
  isLoading(): Promise<boolean>;
}

/** An `alive` chunk comes at most this often. */
const ALIVE_INTERVAL_MS = 1_000;

const LATE = Symbol('late');

/** The chunks of one response; a response that ended well frees its connection. Throws `LlmError`. */
export async function* readAnswer(
  signs: AnswerSigns,
  options: ReadAnswerOptions,
): AsyncGenerator<LlmChunk, void, undefined> {
  const { request, response, upstream } = options;
  const hasTools = (request.options?.tools?.length ?? 0) > 0;
  const reader = new AnswerReader(hasTools ? toolCallIds(request.trace, options.clock.now()) : undefined);
  let end: ResponseEnd | undefined;
  try {
    end = yield* readSigns(reader, signs, options);
  } catch (error) {
    const failure = withoutContent(upstreamError(error, request.signal, 'cut_off'), request.messages);
    // If the connection breaks after the last word, at most the counts are lost.
    if (failure.kind !== 'cut_off' || !reader.isFinished('broken')) throw failure;
  } finally {
    if (response.body && end === 'complete') upstream.release(response.body);
    else response.body?.on('error', () => {}).destroy();
  }
  yield* reader.end(end ?? 'broken');
}

/** For servers that give none; a conversation may hold calls of many answers. */
function toolCallIds(trace: string, nowMs: number): (index: number) => string {
  const name = trace.replaceAll(/\D+/gu, '_');
  return (index) => `call${name}_${nowMs.toString(36)}_${index}`;
}

async function* readSigns(
  reader: AnswerReader,
  signs: AnswerSigns,
  options: ReadAnswerOptions,
): AsyncGenerator<LlmChunk, 'complete' | 'silent', undefined> {
  const { clock, request } = options;
  let saidAtMs = clock.monotonic();
  let step = yield* firstStep(signs, options);
  for (;;) {
    request.signal.throwIfAborted();
    if (step.done) return 'complete';
    const chunks = step.value === 'alive' ? [] : reader.add(step.value);
    yield* chunks;
    if (reader.isOver) return 'complete';
    const nowMs = clock.monotonic();
    if (chunks.length > 0) saidAtMs = nowMs;
    else if (nowMs - saidAtMs >= ALIVE_INTERVAL_MS) {
      saidAtMs = nowMs;
      yield { type: 'alive' };
    }
    const next = await within(signs.next(), reader.graceMs, clock);
    if (next === LATE) return 'silent';
    step = next;
  }
}

/** Reports, while it waits, that the model is being loaded. */
async function* firstStep(
  signs: AnswerSigns,
  { clock, request, watch }: ReadAnswerOptions,
): AsyncGenerator<LlmChunk, IteratorResult<AnswerSign | 'alive', void>, undefined> {
  const first = signs.next();
  if (!watch) return first;
  for (;;) {
    const step = await within(first, watch.waitMs, clock);
    if (step !== LATE) return step;
    const looked = await Promise.race([first, watch.isLoading()]);
    request.signal.throwIfAborted();
    if (looked === true) yield { type: 'loading' };
  }
}

/** `LATE` when it takes longer; its later result or failure is then for the next caller that asks. */
async function within<T>(
  pending: Promise<T>,
  waitMs: number | undefined,
  clock: Pick<Clock, 'after'>,
): Promise<T | typeof LATE> {
  if (waitMs === undefined) return pending;
  const { promise: late, resolve } = Promise.withResolvers<typeof LATE>();
  const cancel = clock.after(waitMs, () => resolve(LATE));
  pending.catch(() => {});
  try {
    return await Promise.race([pending, late]);
  } finally {
    cancel();
  }
}
