/** What is sent as a file: those of `/attach`, which go with the next message, and what is long. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { ATTACHMENT_LIMITS } from '../../shared/attachments.ts';
import type { Client } from '../../shared/client/client.ts';
import {
  GUEST_PIECE_BYTES,
  INLINE_BYTES_MAX,
  PIECE_BYTES,
  sendLargeInput,
  type RunOperation,
} from '../../shared/client/large-input.ts';
import type { Operation } from '../../shared/define-operation.ts';

export interface NamedFile {
  readonly file: string;
  readonly name: string;
}

/** Why a file is not attached. */
export type FileFault = 'tooMany' | 'unreadable';

const ATTACH = /^\/(?:attach|adjuntar)\s+(?<path>.+)$/iu;

/** The path of `/attach PATH`; undefined for any other line. */
export function pathIn(line: string): string | undefined {
  const path = ATTACH.exec(line.trim())?.groups?.['path'];
  return path?.replace(/^(["'])(?<inner>.*)\1$/u, '$<inner>').replace(/^~(?=\/)/u, homedir());
}

export class TerminalFiles {
  readonly #client: Pick<Client, 'call'>;
  #files: readonly NamedFile[] = [];

  readonly #isSignedIn: () => boolean;

  constructor(client: Pick<Client, 'call'>, isSignedIn: () => boolean) {
    this.#client = client;
    this.#isSignedIn = isSignedIn;
  }

  /** Members of the next `chat.send`. */
  get members(): { attachments?: readonly NamedFile[] } {
    return this.#files.length === 0 ? {} : { attachments: this.#files };
  }

  get names(): string {
    return this.#files.map(({ name }) => name).join(', ');
  }

  /** Uploads it. Rejects with `ClientError`. */
  async attach(path: string): Promise<FileFault | undefined> {
    if (this.#files.length >= ATTACHMENT_LIMITS.filesMax) return 'tooMany';
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes) return 'unreadable';
    this.#files = [...this.#files, { file: await this.#send(bytes), name: basename(path) }];
    return undefined;
  }

  /** What does not fit into a line goes as a file, which it then names. [F-3] Rejects with `ClientError`. */
  async fitting({ largeInput }: Operation, input: object): Promise<object> {
    const bytes = largeInput === true ? Buffer.from(JSON.stringify(input)) : undefined;
    return bytes && bytes.length > INLINE_BYTES_MAX ? { file: await this.#send(bytes) } : input;
  }

  /** They were sent. */
  clear(): void {
    this.#files = [];
  }

  #send(bytes: Buffer): Promise<string> {
    const run: RunOperation = (name, input) => this.#client.call(name, input);
    const pieceBytes = this.#isSignedIn() ? PIECE_BYTES : GUEST_PIECE_BYTES;
    return sendLargeInput(run, { pieces: [bytes], bytes: bytes.length, pieceBytes });
  }
}
