/** The thread of `ImportReader`. */
import { answerRequests } from '../../support/worker-rpc.ts';
import type { ImportAnswer } from './import-reader.ts';
import { ImportFault } from './imported-conversation.ts';
import { readImport } from './read-import.ts';

answerRequests((text: string): ImportAnswer => {
  try {
    return { conversations: readImport(text) };
  } catch (error) {
    if (!(error instanceof ImportFault)) throw error;
    return { fault: { place: error.place, detail: error.detail } };
  }
});
