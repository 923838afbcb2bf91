/** The links by which others read a conversation: of one conversation, or all that the reader has made. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { isRecord, textOf, type Params, type RpcFailure } from '../../../../shared/client/message.ts';
import type { Asking } from '../../connection/page-line.ts';

export interface ShareLink {
  readonly id: string;
  readonly conversation: string;
  readonly title: string;
  readonly createdAt: string;
}

/** Undefined when it was done. */
export type ShareFailure = RpcFailure | undefined;

const NOTHING_SAID: RpcFailure = { reason: 'not_found', message: '', values: {} };

export class SharesStore {
  /** The newest first; undefined until the server has answered. */
  readonly links: ReadonlySignal<readonly ShareLink[] | undefined>;
  readonly #links: Signal<readonly ShareLink[] | undefined> = signal(undefined);
  readonly #line: Pick<Asking, 'ask'>;
  readonly #conversation: string | undefined;
  /** How many were made or withdrawn here. */
  #changes = 0;

  /** Those of that conversation; all of them when it is left out. */
  constructor(line: Pick<Asking, 'ask'>, conversation?: string) {
    this.links = this.#links;
    this.#line = line;
    this.#conversation = conversation;
  }

  async read(): Promise<ShareFailure> {
    const changes = this.#changes;
    const outcome = await this.#line.ask('conversations.shares', {});
    if (!outcome.ok) return outcome.failure;
    // The answer may be older than that.
    if (changes !== this.#changes) return this.read();
    const { shares } = outcome.result;
    const all = Array.isArray(shares) ? shares.filter(isRecord).map(linkOf) : [];
    const wanted = this.#conversation;
    const links = all.filter(({ conversation }) => wanted === undefined || conversation === wanted);
    this.#links.value = links.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    return undefined;
  }

  /** Up to the newest message of the branch on which this device stands. */
  async make(conversation: string): Promise<ShareFailure> {
    const page = await this.#line.ask('conversations.messages', { conversation, limit: 1 });
    if (!page.ok) return page.failure;
    const { messages } = page.result;
    const newest: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
    if (!isRecord(newest)) return NOTHING_SAID;
    const made = await this.#line.ask('conversations.share', { conversation, message: textOf(newest['id']) });
    if (!made.ok) return made.failure;
    this.#changes += 1;
    this.#links.value = [linkOf(made.result), ...(this.#links.peek() ?? [])];
    return undefined;
  }

  /** One that is gone already is withdrawn as well. */
  async withdraw(id: string): Promise<ShareFailure> {
    const outcome = await this.#line.ask('conversations.unshare', { share: id });
    if (!outcome.ok && outcome.failure.reason !== 'not_found') return outcome.failure;
    this.#changes += 1;
    this.#links.value = this.#links.peek()?.filter((link) => link.id !== id);
    return undefined;
  }
}

function linkOf({ share, conversation, title, createdAt }: Params): ShareLink {
  return {
    id: textOf(share),
    conversation: textOf(conversation),
    title: textOf(title),
    createdAt: textOf(createdAt),
  };
}
