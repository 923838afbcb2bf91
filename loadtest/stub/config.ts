/** The settings of the stub: one schema checks defaults, command line and control endpoint. */
import { z } from 'zod';

/** What ends a request badly. Those with `mid` strike after `afterTokens` tokens, or at a nearer end. */
export const FAILURES = {
  refused: 'the connection is closed without a response',
  rate_limited: '429, Retry-After in whole seconds',
  rate_limited_date: '429, Retry-After as an HTTP date',
  rate_limited_ms: '429, retry-after-ms',
  server_error: '500',
  busy: '503 with the text of a full Ollama queue',
  stall_headers: 'no response ever',
  stall_first_token: 'headers, and then nothing',
  stall_mid: 'silence after some tokens',
  cut_mid: 'the connection is closed in the middle of a line',
  error_mid: 'an error object after some tokens, and then the end',
  malformed_mid: 'one broken JSON line after some tokens; the rest is right',
  no_end_mid: 'the response ends, whole as HTTP, after some tokens without its last line',
  error_done_mid: 'an error that is no `error` member after some tokens, and then a proper end',
  done_mid: 'OpenAI: [DONE] after some tokens, without a finish reason',
  context_full: '400, the prompt is longer than the context',
  redirect: '307 to another server',
} as const;

/** What makes an answer odd and not wrong. */
export const QUIRKS = {
  choices_null: 'OpenAI: one chunk with "choices": null',
  no_usage: 'no token counts and no durations',
  reject_stream_options: 'OpenAI: 400 when stream_options, or response_format of an image, is sent',
  escapes: 'terminal escape sequences and bidi controls in the answer',
  empty: 'an answer without text',
  dribble: 'every byte of the body is written alone',
  thinking: 'reasoning before the answer, in its own field',
  think_tags: 'reasoning before the answer, in <think> tags',
  tool_calls: 'a tool call in place of text',
  unstreamed: 'a whole answer, whatever is asked',
  wrong_type: 'the content types of whole and streamed answers are swapped',
  finish_each: 'OpenAI: a finish reason and counts with every piece',
  whole_last: 'OpenAI: the last piece repeats the whole text as `message`',
  late_usage: 'OpenAI: counts of 0 with the finish reason, the true ones afterwards',
  bad_usage: 'counts that are no counts',
  image_bomb: 'images: a small file with a hundred million pixels',
  image_broken: 'images: half a file',
  image_svg: 'images: an SVG that names a file of the machine',
  image_url: 'images: an address in place of the bytes',
  stay_open: 'the response never ends, though the answer does; OpenAI: no [DONE]',
} as const;

export type Failure = keyof typeof FAILURES;
export type Quirk = keyof typeof QUIRKS;
export type Fault = Failure | Quirk;

export const FAULTS = [...Object.keys(FAILURES), ...Object.keys(QUIRKS)] as Fault[];

const Fault = z.enum(FAULTS);
const Count = z.number().int().nonnegative();

export type FaultStep = z.output<typeof FaultStep>;

export const FaultStep = z.strictObject({
  kind: Fault,
  /** How many of the next requests meet it. */
  count: z.number().int().positive().default(1),
  afterTokens: Count.optional(),
  retryAfterMs: Count.optional(),
});

export const StubConfig = z.strictObject({
  /** The same seed and the same requests give the same answers and the same failures. */
  seed: z.number().int().default(1),
  firstTokenMs: z.number().nonnegative().default(0),
  /** How long a model takes to be loaded by its first request; `GET /api/ps` tells. */
  loadMs: z.number().nonnegative().default(0),
  /** How many pieces of reasoning come with `thinking` and `think_tags`. */
  thinkingTokens: Count.default(3),
  /** 0: as fast as the client reads. */
  tokensPerSecond: z.number().nonnegative().default(0),
  /** `echo`: "echo: " and the last user message, then words up to `tokens`. `prose`: words only. */
  mode: z.enum(['echo', 'prose']).default('echo'),
  /** The least length of an answer; the request's own maximum cuts it. */
  tokens: Count.default(0),
  /** As OLLAMA_NUM_PARALLEL; 0 is no limit. Requests past it wait. */
  parallel: Count.default(0),
  /** As OLLAMA_MAX_QUEUE: waiting requests past it are answered 503. */
  queueMax: Count.default(512),
  models: z.array(z.string().min(1)).min(1).default(['stub']),
  /** Answer 404 to a model that is not in `models`. */
  strictModels: z.boolean().default(false),
  /** When not empty, OpenAI's endpoints demand it as the bearer token. */
  apiKey: z.string().default(''),
  /** Where failures in mid-stream strike. */
  afterTokens: Count.default(3),
  /** What 429 tells the client to wait. */
  retryAfterMs: Count.default(1000),
  /** Faults of every request. */
  always: z.array(Fault).default([]),
  /** Faults by probability, drawn from the seed in the order of the requests. */
  chance: z.partialRecord(Fault, z.number().min(0).max(1)).default({}),
  /** Faults of the next requests, in order; they come before `chance`. */
  next: z.array(FaultStep).default([]),
});

export type StubConfig = z.output<typeof StubConfig>;
export type StubSettings = z.input<typeof StubConfig>;

export function isQuirk(fault: Fault): fault is Quirk {
  return Object.hasOwn(QUIRKS, fault);
}
