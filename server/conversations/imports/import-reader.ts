import type { Localised } from '../../../shared/locale.ts';
import { WorkerRpc } from '../../support/worker-rpc.ts';
import { ImportFault, type ImportedConversation } from './imported-conversation.ts';
import { readImport } from './read-import.ts';

/** What a thread answers: errors would lose the place of the fault on their way. */
export type ImportAnswer =
  | { readonly conversations: ImportedConversation[] }
  | { readonly fault: { readonly place: string; readonly detail: Localised } };

/** UTF-16 code units that are read at once: some milliseconds. */
const INLINE_CHARACTERS_MAX = 256 * 1024;

/** Reads exports; large ones in a thread, one after the other, so that they delay nobody else. */
export class ImportReader {
  #thread: WorkerRpc<string> | undefined;
  #asked = 0;

  /** Rejects with `ImportFault`. */
  async read(text: string): Promise<ImportedConversation[]> {
    if (text.length <= INLINE_CHARACTERS_MAX) return readImport(text);
    const thread = (this.#thread ??= new WorkerRpc(new URL('import-thread.ts', import.meta.url)));
    this.#asked += 1;
    try {
      const answer = await thread.ask<ImportAnswer>(text);
      if ('fault' in answer) throw new ImportFault(answer.fault.place, answer.fault.detail);
      return answer.conversations;
    } finally {
      this.#asked -= 1;
      if (this.#asked === 0) {
        this.#thread = undefined;
        await thread.end();
      }
    }
  }
}
