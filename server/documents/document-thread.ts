/** The thread in which one document is read; it ends with it. */
import { parentPort, workerData } from 'node:worker_threads';
import { DocumentError, type ReadMessage, type ReadRequest } from './document.ts';
import { readDocument } from './read-document.ts';

const post = (message: ReadMessage): void => parentPort?.postMessage(message);

try {
  const onPage = (done: number, total: number): void => post({ type: 'page', done, total });
  const document = await readDocument(workerData as ReadRequest, onPage);
  post({ type: 'read', document });
} catch (error) {
  const { fault, detail } = error instanceof DocumentError ? error : new DocumentError('broken');
  post({ type: 'fault', fault, detail });
}
