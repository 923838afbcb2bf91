/** Thread that brings the snapshot of a live ledger up to date; ends when it is written. */
import { workerData } from 'node:worker_threads';
import { openNodeDisk } from './node-disk.ts';
import { refreshSnapshot } from './recovery.ts';

await refreshSnapshot(await openNodeDisk((workerData as { folder: string }).folder));
