/**
 * The conversations of the reader as far as they have been read, newest first, in step with what happens in
 * other windows and on other devices.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { isRecord, textOf, type Outcome, type RpcFailure } from '../../../shared/client/message.ts';
import type { GivenInput } from '../../../shared/client/client.ts';
import type { Asking } from '../connection/page-line.ts';
import { summaryOf, type Summary } from '../connection/summary.ts';

export interface Folder {
  readonly id: string;
  readonly name: string;
  readonly instructions: string;
}

/** Which of them are listed. */
export type Choice =
  | { readonly name: 'all' }
  | { readonly name: 'archived' }
  | { readonly name: 'folder'; readonly folder: string };

export interface Listed {
  readonly choice: Choice;
  /** Pinned ones first, each part newest first. */
  readonly conversations: readonly Summary[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: string | undefined;
  /** False until the first page has come. */
  readonly isRead: boolean;
}

export type Changes = Omit<GivenInput<'conversations.update'>, 'conversation'>;
/** Undefined when it was done. */
export type Failure = RpcFailure | undefined;

export interface OwnChanges {
  readonly changed: (summary: Summary) => void;
  readonly deleted: (conversation: string) => void;
}

const NOTHING: Listed = { choice: { name: 'all' }, conversations: [], next: undefined, isRead: false };

export class ListStore {
  readonly listed: ReadonlySignal<Listed>;
  readonly folders: ReadonlySignal<readonly Folder[]>;
  readonly #line: Pick<Asking, 'ask' | 'subscribe' | 'state'>;
  readonly #listed: Signal<Listed> = signal(NOTHING);
  readonly #folders: Signal<readonly Folder[]> = signal([]);
  readonly #own: OwnChanges;
  #isReadingMore = false;
  /** An answer to an older question is not taken. */
  #asked = 0;
  #foldersAsked = 0;
  #reading = 0;
  /** What was told while pages were being read, since they may be older than that. */
  #meanwhile: (() => void)[] = [];

  /** `own` is told of what this window itself has done: the server tells others only. */
  constructor(line: Pick<Asking, 'ask' | 'subscribe' | 'state'>, own: OwnChanges) {
    this.#own = own;
    this.listed = this.#listed;
    this.folders = this.#folders;
    this.#line = line;
    line.subscribe({
      sessionStarted: () => void this.refresh(),
      // A page that was loaded anew has read nothing yet.
      sessionResumed: () => void this.refresh(),
      notification: (method, params) => {
        if (method !== 'conversation.changed') return;
        const { conversation, deleted } = params;
        if (typeof deleted === 'string') this.#drop(deleted);
        else if (conversation === undefined) void this.refresh();
        else this.#told(conversation);
      },
    });
    if (line.state.peek().name === 'ready') void this.refresh();
  }

  /** Reads the newest ones; what is shown stays until they have come. */
  async refresh(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    void this.#readFolders();
    const outcome = await this.#ask(undefined);
    if (!outcome.ok || asked !== this.#asked) return;
    const { choice } = this.#listed.peek();
    this.#listed.value = { choice, ...pageOf(outcome), isRead: true };
    this.#tellAgain();
  }

  async choose(choice: Choice): Promise<void> {
    this.#listed.value = { ...NOTHING, choice };
    await this.refresh();
  }

  async more(): Promise<void> {
    const { next } = this.#listed.peek();
    if (next === undefined || this.#isReadingMore) return;
    this.#isReadingMore = true;
    const asked = this.#asked;
    const outcome = await this.#ask(next);
    this.#isReadingMore = false;
    if (!outcome.ok || asked !== this.#asked) return;
    const page = pageOf(outcome);
    const listed = this.#listed.peek();
    const known = new Set(listed.conversations.map(({ id }) => id));
    const added = page.conversations.filter(({ id }) => !known.has(id));
    const conversations = [...listed.conversations, ...added].sort(newestFirst);
    this.#listed.value = { ...listed, conversations, next: page.next };
    this.#tellAgain();
  }

  /** New, or changed; one that comes after what was read yet is read in its turn. */
  take(summary: Summary): void {
    if (this.#reading > 0) this.#meanwhile.push(() => this.#put(summary));
    this.#put(summary);
  }

  #put(summary: Summary): void {
    const listed = this.#listed.peek();
    const others = listed.conversations.filter(({ id }) => id !== summary.id);
    const last = others.at(-1);
    const isBehind = listed.next !== undefined && last !== undefined && newestFirst(last, summary) < 0;
    const isWanted = listed.isRead && belongs(summary, listed.choice) && !isBehind;
    const conversations = isWanted ? [...others, summary].sort(newestFirst) : others;
    this.#listed.value = { ...listed, conversations };
  }

  async update(conversation: string, changes: Changes): Promise<Failure> {
    const outcome = await this.#line.ask('conversations.update', { conversation, ...changes });
    if (!outcome.ok) return outcome.failure;
    const summary = summaryOf(outcome.result);
    if (summary) {
      this.take(summary);
      this.#own.changed(summary);
    }
    return undefined;
  }

  async remove(conversation: string): Promise<Failure> {
    const outcome = await this.#line.ask('conversations.delete', { conversation });
    if (!outcome.ok && outcome.failure.reason !== 'not_found') return outcome.failure;
    this.#drop(conversation);
    this.#own.deleted(conversation);
    return undefined;
  }

  /** The whole of it as Markdown; undefined when it could not be read to its end. */
  async exported(conversation: string): Promise<string | undefined> {
    let text = '';
    let cursor = '';
    for (;;) {
      const more = cursor === '' ? {} : { cursor };
      const outcome = await this.#line.ask('conversations.export', { conversation, ...more });
      if (!outcome.ok) return undefined;
      text += textOf(outcome.result['text']);
      cursor = textOf(outcome.result['nextCursor']);
      if (cursor === '') return text;
    }
  }

  async saveFolder(folder: string | undefined, given: Omit<Folder, 'id'>): Promise<Failure> {
    const outcome =
      folder === undefined
        ? await this.#line.ask('folders.create', given)
        : await this.#line.ask('folders.update', { folder, ...given });
    if (!outcome.ok) return outcome.failure;
    await this.#readFolders();
    return undefined;
  }

  /** Its conversations stay. */
  async removeFolder(folder: string): Promise<Failure> {
    const outcome = await this.#line.ask('folders.delete', { folder });
    if (!outcome.ok && outcome.failure.reason !== 'not_found') return outcome.failure;
    await this.choose({ name: 'all' });
    return undefined;
  }

  async #ask(cursor: string | undefined): Promise<Outcome> {
    const { choice } = this.#listed.peek();
    if (this.#reading === 0) this.#meanwhile = [];
    this.#reading += 1;
    const outcome = await this.#line.ask('conversations.list', {
      ...(cursor === undefined ? {} : { cursor }),
      ...(choice.name === 'folder' ? { folder: choice.folder } : {}),
      ...(choice.name === 'archived' ? { status: 'archived' } : {}),
    });
    this.#reading -= 1;
    return outcome;
  }

  #tellAgain(): void {
    for (const tell of this.#meanwhile) tell();
  }

  async #readFolders(): Promise<void> {
    this.#foldersAsked += 1;
    const asked = this.#foldersAsked;
    const outcome = await this.#line.ask('folders.list', {});
    if (!outcome.ok || asked !== this.#foldersAsked || !Array.isArray(outcome.result['folders'])) return;
    this.#folders.value = outcome.result['folders'].filter(isRecord).map(({ id, name, instructions }) => ({
      id: textOf(id),
      name: textOf(name),
      instructions: textOf(instructions),
    }));
  }

  #told(value: unknown): void {
    const summary = summaryOf(value);
    if (summary) this.take(summary);
  }

  #drop(gone: string): void {
    if (this.#reading > 0) this.#meanwhile.push(() => this.#remove(gone));
    this.#remove(gone);
  }

  #remove(gone: string): void {
    const listed = this.#listed.peek();
    this.#listed.value = { ...listed, conversations: listed.conversations.filter(({ id }) => id !== gone) };
  }
}

function pageOf({ result }: Extract<Outcome, { ok: true }>): Pick<Listed, 'conversations' | 'next'> {
  const { conversations, nextCursor } = result;
  const all = Array.isArray(conversations) ? conversations.map(summaryOf) : [];
  return { conversations: all.filter((one) => one !== undefined), next: textOf(nextCursor) || undefined };
}

function belongs({ status, folder }: Summary, choice: Choice): boolean {
  if (choice.name === 'archived') return status === 'archived';
  return status !== 'archived' && (choice.name === 'all' || folder === choice.folder);
}

function newestFirst(one: Summary, other: Summary): number {
  return Number(other.isPinned) - Number(one.isPinned) || other.updatedAtMs - one.updatedAtMs;
}
