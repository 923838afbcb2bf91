/** Takes over what is in a file, one request after the other, and says how far it is. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Params } from '../../../shared/client/message.ts';
import {
  dataOf,
  IMPORT_FILE_LIMITS,
  readImportFile,
  requestsOf,
  titleOf,
  type FileFault,
} from './import-file.ts';

/** What the server deletes soon, because it keeps nothing for so long. */
export interface DeletedSoon {
  readonly days: number;
  readonly conversations: number;
  readonly messages: number;
}

export interface Sent {
  readonly conversations: number;
  readonly messages: number;
  readonly deletedSoon?: DeletedSoon | undefined;
}

export type SendResult =
  | { readonly ok: true; readonly sent: Sent }
  /** `isAboutData`: the same would be refused again. */
  | { readonly ok: false; readonly isAboutData: boolean; readonly words: string };

export interface LeftOut {
  readonly title: string;
  /** Undefined: it is too large. */
  readonly why: string | undefined;
  /** It was taken over, without the contents of its files. */
  readonly isOnlyFiles?: true;
}

export interface Progress extends Sent {
  /** Conversations that have been dealt with, of those in the file. */
  readonly done: number;
  readonly total: number;
  readonly leftOut: readonly LeftOut[];
}

export type Importing =
  | { readonly name: 'idle' }
  | { readonly name: 'reading' }
  | { readonly name: 'refused'; readonly fault: FileFault }
  | { readonly name: 'sending' | 'done'; readonly progress: Progress }
  /** The rest can be sent with `goOn`. */
  | { readonly name: 'stopped'; readonly progress: Progress; readonly words: string };

/** What it needs of a `File`. */
export type FileText = Pick<File, 'size' | 'text'>;

export interface ImporterOptions {
  /** How large a conversation may be. */
  readonly bytesMax: () => number;
  readonly send: (data: string) => Promise<SendResult>;
}

export class Importer {
  readonly state: ReadonlySignal<Importing>;
  readonly #state: Signal<Importing> = signal({ name: 'idle' });
  readonly #options: ImporterOptions;
  #waiting: (readonly Params[])[] = [];

  constructor(options: ImporterOptions) {
    this.#options = options;
    this.state = this.#state;
  }

  /** Does nothing while another file is taken over. */
  async take(file: FileText): Promise<void> {
    const { name } = this.#state.peek();
    if (name === 'reading' || name === 'sending') return;
    if (file.size > IMPORT_FILE_LIMITS.fileBytesMax) return this.#refuse('tooLarge');
    this.#state.value = { name: 'reading' };
    const text = await file.text().catch(() => '');
    const content = readImportFile(text);
    if ('fault' in content) return this.#refuse(content.fault);
    const { requests, tooLarge, withoutFiles } = requestsOf(content.conversations, this.#options.bytesMax());
    this.#waiting = [...requests];
    await this.#send({
      conversations: 0,
      messages: 0,
      done: tooLarge.length,
      total: content.conversations.length,
      leftOut: [
        ...tooLarge.map((one) => ({ title: titleOf(one), why: undefined })),
        ...withoutFiles.map((one) => ({ title: titleOf(one), why: undefined, isOnlyFiles: true as const })),
      ],
    });
  }

  async goOn(): Promise<void> {
    const state = this.#state.peek();
    if (state.name === 'stopped') await this.#send(state.progress);
  }

  #refuse(fault: FileFault): void {
    this.#state.value = { name: 'refused', fault };
  }

  async #send(before: Progress): Promise<void> {
    let progress = before;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#state.value = { name: 'sending', progress };
      const result = await this.#options.send(dataOf(next));
      if (result.ok) {
        const { conversations, messages, deletedSoon } = result.sent;
        progress = {
          ...progress,
          conversations: progress.conversations + conversations,
          messages: progress.messages + messages,
          deletedSoon: added(progress.deletedSoon, deletedSoon),
          done: progress.done + next.length,
        };
      } else if (!result.isAboutData) {
        this.#waiting.unshift(next);
        this.#state.value = { name: 'stopped', progress, words: result.words };
        return;
      } else if (next.length > 1) {
        // One with a fault does not keep the others out.
        const half = Math.ceil(next.length / 2);
        this.#waiting.unshift(next.slice(0, half), next.slice(half));
      } else {
        const leftOut = next.map((one) => ({ title: titleOf(one), why: result.words }));
        progress = { ...progress, done: progress.done + 1, leftOut: [...progress.leftOut, ...leftOut] };
      }
    }
    this.#state.value = { name: 'done', progress };
  }
}

function added(one: DeletedSoon | undefined, other: DeletedSoon | undefined): DeletedSoon | undefined {
  if (!one || !other) return one ?? other;
  const conversations = one.conversations + other.conversations;
  return { days: other.days, conversations, messages: one.messages + other.messages };
}
