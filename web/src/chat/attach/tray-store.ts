/** Files that wait for the next message: they are uploaded at once, and come back when it is refused. */
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import { ATTACHMENT_LIMITS, fileName } from '../../../../shared/attachments.ts';
import { sendFile, type Sendable, type SentFile } from '../../connection/send-file.ts';
import type { Asking } from '../../connection/page-line.ts';
import type { ChatState } from '../chat-state.ts';
import type { Turn } from '../turn.ts';

export const TRAY_LIMITS = {
  /** As large as the server takes a file unless it is set otherwise; it refuses what is too large for it. */
  fileBytesMax: 20 * 1024 * 1024,
  /** The server keeps a file for ten minutes: an older one is sent again with its message. */
  freshMs: 8 * 60_000,
} as const;

export type TrayFault = 'tooMany' | 'tooLarge' | 'empty';

export interface TrayItem {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  /** A data URL of the picture, once it is read. */
  readonly preview: string | undefined;
  readonly state:
    | { readonly name: 'sending'; readonly percent: number }
    | { readonly name: 'ready'; readonly file: string; readonly atMs: number }
    | { readonly name: 'failed'; readonly failure: Extract<SentFile, { ok: false }>['failure'] };
}

export interface TrayFile extends Sendable {
  readonly name: string;
  readonly type: string;
}

export interface TrayOptions {
  readonly line: Pick<Asking, 'ask'>;
  readonly chat: ReadonlySignal<ChatState>;
  /** Sends the draft; false when it cannot go now. */
  readonly send: (attachments: Turn['attachments']) => boolean;
  readonly pieceBytes: () => number;
  readonly nowMs: () => number;
  /** The picture as a data URL. */
  readonly preview: (file: TrayFile) => Promise<string | undefined>;
}

interface Sent {
  readonly turn: string;
  readonly items: readonly TrayItem[];
}

export class TrayStore {
  readonly #options: TrayOptions;
  readonly #items = signal<readonly TrayItem[]>([]);
  readonly #fault = signal<{ readonly name: TrayFault; readonly file: string } | undefined>(undefined);
  readonly #files = new Map<number, TrayFile>();
  #sent: Sent | undefined;
  #lastId = 0;

  constructor(options: TrayOptions) {
    this.#options = options;
    effect(() => {
      const { chat } = options;
      const state = chat.value;
      untracked(() => this.#follow(state));
    });
  }

  get items(): ReadonlySignal<readonly TrayItem[]> {
    return this.#items;
  }

  /** Why a file was not taken. */
  get fault(): ReadonlySignal<{ readonly name: TrayFault; readonly file: string } | undefined> {
    return this.#fault;
  }

  get isSending(): boolean {
    return this.#items.value.some(({ state }) => state.name === 'sending');
  }

  add(files: readonly TrayFile[]): void {
    this.#fault.value = undefined;
    for (const file of files) {
      const name = fileName(file.name) || 'file';
      const fault = this.#faultOf(file);
      if (fault) this.#fault.value = { name: fault, file: name };
      else this.#begin(file, name);
    }
  }

  remove(id: number): void {
    const item = this.#items.value.find((one) => one.id === id);
    this.#items.value = this.#items.value.filter((one) => one.id !== id);
    this.#files.delete(id);
    this.#fault.value = undefined;
    if (item?.state.name !== 'ready') return;
    void this.#options.line.ask('files.end', { file: item.state.file, discard: true });
  }

  /** False when it cannot go now: files are on their way, or one of them has failed. */
  async submit(): Promise<boolean> {
    const { nowMs, send } = this.#options;
    const isOld = ({ state }: TrayItem) =>
      state.name === 'ready' && nowMs() - state.atMs > TRAY_LIMITS.freshMs;
    await Promise.all(this.#items.value.filter(isOld).map(({ id }) => this.#upload(id)));
    const items = this.#items.value;
    const named = items.flatMap(({ name, bytes, state }) =>
      state.name === 'ready' ? [{ name, bytes, file: state.file }] : [],
    );
    if (named.length < items.length || !send(named)) return false;
    const turn = this.#options.chat.value.live?.id;
    this.#sent = turn === undefined ? undefined : { turn, items };
    this.#items.value = [];
    return true;
  }

  #faultOf({ size }: TrayFile): TrayFault | undefined {
    if (this.#items.value.length >= ATTACHMENT_LIMITS.filesMax) return 'tooMany';
    if (size > TRAY_LIMITS.fileBytesMax) return 'tooLarge';
    return size === 0 ? 'empty' : undefined;
  }

  #begin(file: TrayFile, name: string): void {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#files.set(id, file);
    const state = { name: 'sending', percent: 0 } as const;
    this.#items.value = [...this.#items.value, { id, name, bytes: file.size, preview: undefined, state }];
    void this.#upload(id);
    if (!file.type.startsWith('image/')) return;
    void this.#options.preview(file).then((preview) => this.#change(id, { preview }));
  }

  async #upload(id: number): Promise<void> {
    const file = this.#files.get(id);
    if (!file) return;
    this.#change(id, { state: { name: 'sending', percent: 0 } });
    const { line, pieceBytes, nowMs } = this.#options;
    const isWanted = () => this.#files.has(id);
    const sent = await sendFile(file, {
      line,
      pieceBytes: pieceBytes(),
      isWanted,
      sent: (bytes) =>
        this.#change(id, { state: { name: 'sending', percent: Math.floor((100 * bytes) / file.size) } }),
    });
    if (sent.ok && !isWanted()) void line.ask('files.end', { file: sent.file, discard: true });
    const { ok } = sent;
    this.#change(id, {
      state: ok
        ? { name: 'ready', file: sent.file, atMs: nowMs() }
        : { name: 'failed', failure: sent.failure },
    });
  }

  #change(id: number, change: Partial<TrayItem>): void {
    this.#items.value = this.#items.value.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  /** What went with a message that is shown no more comes back; what went with one that is over does not. */
  #follow({ live, pages }: ChatState): void {
    const sent = this.#sent;
    if (!sent || live?.id === sent.turn) return;
    this.#sent = undefined;
    const isShown = pages.flat().some(({ id }) => id === sent.turn);
    if (!isShown) this.#items.value = [...sent.items, ...this.#items.value];
    else for (const { id } of sent.items) this.#files.delete(id);
  }
}
