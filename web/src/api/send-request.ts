/** Sends one request and tells what comes of it, piece by piece. */
import type { Clock } from '../../../shared/clock.ts';

export interface TriedRequest {
  readonly url: URL;
  readonly method: string;
  readonly key: string | undefined;
  readonly body: string | undefined;
}

export interface TriedAnswer {
  readonly state: 'waiting' | 'arriving' | 'done' | 'stopped' | 'failed';
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly isJson: boolean;
  readonly text: string;
  /** There is more that is not shown. */
  readonly isCut: boolean;
  readonly tookMs: number;
}

export interface SendOptions {
  readonly fetch: typeof fetch;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly signal: AbortSignal;
  readonly changed: (answer: TriedAnswer) => void;
}

/** More than that would make the page slow, and nobody reads it there. */
export const SHOWN_CHARACTERS_MAX = 200_000;

/** The ones that help when something is asked about a request. */
const SHOWN_HEADERS = [
  'allow',
  'content-type',
  'idempotent-replayed',
  'request-id',
  'retry-after',
  'x-conversation-id',
  'x-request-id',
  'x-should-retry',
];
const SHOWN_HEADERS_PREFIX = 'x-ratelimit-';

const NOTHING: TriedAnswer = {
  state: 'waiting',
  status: 0,
  headers: [],
  isJson: false,
  text: '',
  isCut: false,
  tookMs: 0,
};

/** Resolves when it is over; failures are told through `changed`. */
export async function sendRequest(request: TriedRequest, options: SendOptions): Promise<void> {
  const { clock, signal, changed } = options;
  const beganMs = clock.monotonic();
  let answer = NOTHING;
  const tell = (news: Partial<TriedAnswer>) => {
    answer = { ...answer, ...news, tookMs: clock.monotonic() - beganMs };
    changed(answer);
  };
  tell({});
  try {
    const response = await ask(request, options);
    const headers = [...response.headers].filter(([name]) => isShown(name));
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    tell({ state: 'arriving', status: response.status, headers, isJson });
    await readText(response, (more) => {
      const text = answer.text + more;
      tell({ text: text.slice(0, SHOWN_CHARACTERS_MAX), isCut: text.length > SHOWN_CHARACTERS_MAX });
      return !answer.isCut;
    });
    tell({ state: 'done' });
  } catch {
    tell({ state: signal.aborted ? 'stopped' : 'failed' });
  }
}

function isShown(name: string): boolean {
  return SHOWN_HEADERS.includes(name) || name.startsWith(SHOWN_HEADERS_PREFIX);
}

/** No cookie goes with it or is taken: the page's own login is not touched. */
function ask({ url, method, key, body }: TriedRequest, { fetch, signal }: SendOptions): Promise<Response> {
  return fetch(url, {
    method,
    signal,
    credentials: 'omit',
    cache: 'no-store',
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
}

/** Until `take` has had enough. */
async function readText(response: Response, take: (text: string) => boolean): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    const isEnough = !take(decoder.decode(value, { stream: !done }));
    if (done) return;
    if (isEnough) {
      await reader.cancel();
      return;
    }
  }
}

/** JSON with a line for each member; anything else as it came. */
export function readable({ isJson, state, text, isCut }: TriedAnswer): string {
  if (!isJson || state !== 'done' || isCut) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
