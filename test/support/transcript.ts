/**
 * Transcripts of connections as raw bytes, one a file in test/transcripts:
 *
 *     # A comment
 *     @ NAME=value        a setting of the server
 *     > hola\r\n          bytes to send; escapes: \n \r \t \0 \\ \xHH \u{H…}; `{line}*N` repeats
 *     < text              the next line that must come
 *     < {"json": …}       the next line as JSON: what stands here must be in it
 *     = half-close        the client says that it has said everything
 *     = end               the server must end the connection now
 *
 * In expected text `{n}` stands for digits and `{*}` for anything. Without `= end` the client ends at last,
 * and nothing more may come.
 */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LineClient } from './line-client.ts';

type Step =
  | { readonly type: 'send'; readonly bytes: Buffer }
  | { readonly type: 'expect'; readonly line: string }
  | { readonly type: 'half-close' }
  | { readonly type: 'end' };

export interface Transcript {
  readonly environment: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** Throws for a line that is none of the above. */
export function parseTranscript(text: string): Transcript {
  const environment: Record<string, string> = {};
  const steps: Step[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const rest = line.slice(2);
    const [name = '', value = ''] = rest.split('=');
    if (line.startsWith('@ ')) environment[name] = value;
    else if (line.startsWith('> ')) steps.push({ type: 'send', bytes: unescapeBytes(rest) });
    else if (line.startsWith('< ') || line === '<') steps.push({ type: 'expect', line: rest });
    else if (line === '= half-close') steps.push({ type: 'half-close' });
    else if (line === '= end') steps.push({ type: 'end' });
    else throw new Error(`Not a line of a transcript: ${line}`);
  }
  return { environment, steps };
}

/** `sizes` cuts what is sent, in turn and again from the first; none sends every step whole. */
export async function playTranscript(
  port: number,
  transcript: Transcript,
  sizes: readonly number[],
): Promise<void> {
  using client = await LineClient.open(port);
  let hasEnded = false;
  let hasHalfClosed = false;
  for (const step of transcript.steps) {
    if (step.type === 'send') await sendCut(client, step.bytes, sizes);
    else if (step.type === 'expect') assertLine(await nextLine(client, hasHalfClosed), step.line);
    else if (step.type === 'half-close') hasHalfClosed = endOf(client);
    else hasEnded = true;
  }
  if (!hasEnded) client.end();
  assert.equal(await client.rest(), '', 'nothing more was expected');
}

/** To one who has ended its side a blank line may come at any time; it means nothing. [P-5] */
async function nextLine(client: LineClient, skipsBlank: boolean): Promise<string> {
  for (;;) {
    const line = await client.line();
    if (line !== '' || !skipsBlank) return line;
  }
}

function endOf(client: LineClient): true {
  client.end();
  return true;
}

/** On the loopback a chunk has arrived when the next turn of the event loop is over. */
async function sendCut(client: LineClient, bytes: Buffer, sizes: readonly number[]): Promise<void> {
  if (sizes.length === 0) {
    client.send(bytes);
    return;
  }
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const end = start + (sizes[turn % sizes.length] ?? bytes.length);
    client.send(bytes.subarray(start, end));
    start = end;
    await nextTurn();
    await nextTurn();
  }
}

function assertLine(actual: string, expected: string): void {
  if (!expected.startsWith('{"')) {
    assert.ok(matches(actual, expected), `expected ${expected}\ngot      ${actual}`);
    return;
  }
  const difference = differs(JSON.parse(actual), JSON.parse(expected), 'line');
  assert.equal(difference, undefined, `${difference}\nexpected ${expected}\ngot      ${actual}`);
}

/** Where `actual` lacks what `expected` has; undefined when it lacks nothing. */
function differs(actual: unknown, expected: unknown, path: string): string | undefined {
  if (typeof expected === 'string' && typeof actual === 'string') {
    return matches(actual, expected) ? undefined : path;
  }
  if (typeof expected !== 'object' || expected === null) return actual === expected ? undefined : path;
  if (typeof actual !== 'object' || actual === null) return path;
  for (const [key, value] of Object.entries(expected)) {
    const difference = differs((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function matches(actual: string, expected: string): boolean {
  const pattern = expected
    .split(/(\{n\}|\{\*\})/)
    .map((part) => (part === '{n}' ? '\\d+' : part === '{*}' ? '.*' : RegExp.escape(part)))
    .join('');
  return new RegExp(`^${pattern}$`, 's').test(actual);
}

const ESCAPES = [
  /\\x(?<hex>[\da-f]{2})/,
  /\\u\{(?<point>[\da-f]+)\}/,
  /\\(?<letter>[nrt0\\])/,
  /\{(?<part>[^{}]*)\}\*(?<count>\d+)/,
];
const ESCAPE = new RegExp(ESCAPES.map(({ source }) => source).join('|'), 'gi');
const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' };

function unescapeBytes(text: string): Buffer {
  const parts: Buffer[] = [];
  let position = 0;
  for (const match of text.matchAll(ESCAPE)) {
    parts.push(Buffer.from(text.slice(position, match.index)), unescapeOne(match.groups ?? {}));
    position = match.index + match[0].length;
  }
  parts.push(Buffer.from(text.slice(position)));
  return Buffer.concat(parts);
}

function unescapeOne({ hex, point, letter, part, count }: Record<string, string>): Buffer {
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  if (point !== undefined) return Buffer.from(String.fromCodePoint(Number.parseInt(point, 16)));
  if (letter !== undefined) return Buffer.from(LETTERS[letter] ?? '');
  return Buffer.from((part ?? '').repeat(Number(count)));
}
