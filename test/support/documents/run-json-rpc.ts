/**
 * Sessions of a program: `→` is sent, `←` has to come, `…` stands for what is left out. Ids and tokens of the
 * page are taken for those that the server gives. Other lines say what happens to the connection.
 */
import assert from 'node:assert/strict';
import { LineClient } from '../line-client.ts';
import type { Block } from './blocks.ts';
import type { House } from './house.ts';

const RANDOM = /^(?:[\w-]{40,}|[\da-f-]{36}|[\da-f]{12}|Usuario-\d+(?::m\d+)?)$/;
/** Members whose number depends on what happened before, or on how an answer was cut into pieces. */
const COUNTED: readonly string[] = ['index', 'seq', 'replayed', 'promptMessage', 'answerMessage'];

type Message = Readonly<Record<string, unknown>>;

export async function runJsonRpc(block: Block, house: House): Promise<void> {
  await using session = new Session(house, block.place);
  for (const line of block.text.trimEnd().split('\n')) {
    const [, arrow, text = ''] = /^([→←]?) *(.*)$/u.exec(line) ?? [];
    if (arrow === '→') await session.send(text);
    else if (text.startsWith('…')) session.skip();
    else if (arrow === '←') await session.expect(text);
    else await session.reconnect(text.includes('restarted'));
  }
}

class Session implements AsyncDisposable {
  readonly #house: House;
  readonly #place: string;
  /** What the page shows in the place of what the server has given. */
  readonly #given = new Map<string, string>();
  #client: LineClient | undefined;
  #isSkipping = false;
  #lastId: string | number | undefined;
  #lastSeq: unknown;
  /** The part of the last piece of an answer that the page shows in its next ones. */
  #spare = '';

  constructor(house: House, place: string) {
    this.#house = house;
    this.#place = place;
  }

  async send(shown: string): Promise<void> {
    const withTokens = [...this.#given].reduce((text, [from, to]) => text.replaceAll(from, to), shown);
    const text = withTokens.replace(/(?<="lastSeq":)\d+/, String(this.#lastSeq));
    (await this.#open()).send(`${text}\n`);
    this.#lastId = (JSON.parse(text) as { readonly id?: string | number }).id;
  }

  skip(): void {
    this.#isSkipping = true;
  }

  async expect(shown: string): Promise<void> {
    const expected = JSON.parse(shown.replaceAll(/, …(?=\})/g, ',"…":true')) as Message;
    const words = wordsOf(expected);
    if (words !== undefined && !this.#isSkipping && this.#takeSpare(words)) return;
    for (;;) {
      const line = await (await this.#open()).line();
      if (line !== '' && this.#isExpected(expected, JSON.parse(line) as Message)) break;
      assert.ok(this.#isSkipping || line === '', `${this.#place}\nshows  ${shown}\nbut is ${line}`);
    }
    this.#isSkipping = false;
  }

  async reconnect(isRestarted: boolean): Promise<void> {
    // So that it is the same each time what the server has already said when the connection is cut.
    if (this.#lastId !== undefined) await this.#client?.until(`"id":${this.#lastId},"result"`);
    this.#client?.destroy();
    this.#client = undefined;
    if (isRestarted) await this.#house.stop();
    await this.#house.start();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#client?.destroy();
    return Promise.resolve();
  }

  async #open(): Promise<LineClient> {
    return (this.#client ??= await LineClient.open(this.#house.port('5001')));
  }

  #isExpected(expected: Message, actual: Message): boolean {
    const [shown, words] = [wordsOf(expected), wordsOf(actual)];
    if (shown !== undefined && words !== undefined) {
      const at = words.indexOf(shown);
      if (at < 0 || (at > 0 && !this.#isSkipping)) return false;
      this.#spare = words.slice(at + shown.length);
    } else {
      const found = new Map(this.#given);
      if (!isLike(expected, actual, found)) return false;
      for (const [from, to] of found) this.#given.set(from, to);
    }
    this.#lastSeq = seqOf(actual) ?? this.#lastSeq;
    return true;
  }

  #takeSpare(words: string): boolean {
    if (!this.#spare.startsWith(words)) return false;
    this.#spare = this.#spare.slice(words.length);
    return true;
  }
}

/** The text of a piece of an answer: how an answer is cut depends on time. */
function wordsOf({ method, params }: Message): string | undefined {
  return method === 'chat.delta' ? String((params as Message)['text']) : undefined;
}

function seqOf({ params, result }: Message): unknown {
  return ((params ?? result) as Message | undefined)?.['seq'];
}

function isLike(shown: unknown, actual: unknown, given: Map<string, string>): boolean {
  if (typeof shown === 'string' && typeof actual === 'string') return isLikeText(shown, actual, given);
  if (typeof shown !== 'object' || shown === null) return shown === actual;
  if (typeof actual !== 'object' || actual === null) return false;
  const { '…': more, ...members } = shown as Message;
  const others = actual as Message;
  const isWhole = more === true || Object.keys(others).every((name) => Object.hasOwn(members, name));
  return (
    isWhole && Object.entries(members).every(([name, value]) => isLikeMember(name, value, others, given))
  );
}

function isLikeMember(name: string, value: unknown, others: Message, given: Map<string, string>): boolean {
  if (COUNTED.includes(name)) return /^\d+$/.test(String(others[name]));
  return isLike(value, others[name], given);
}

function isLikeText(shown: string, actual: string, given: Map<string, string>): boolean {
  if (shown.endsWith('…')) return actual.startsWith(shown.slice(0, -1));
  if (shown === actual) return true;
  if (!RANDOM.test(shown) || !RANDOM.test(actual)) return false;
  const known = given.get(shown);
  given.set(shown, actual);
  return known === undefined || known === actual;
}
