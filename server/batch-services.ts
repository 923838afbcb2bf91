/** Batches, put together. */
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { BatchFeeder, type BatchFeederOptions } from './batches/batch-feeder.ts';
import { BatchRows } from './batches/batch-rows.ts';
import { Batches } from './batches/batches.ts';
import { KeptFiles } from './batches/kept-files.ts';
import type { BatchOutcome } from '../shared/operations/batch-shapes.ts';
import type { ServerConfig } from './config/config.ts';
import type { DataDirectory } from './data-directory.ts';
import type { WholeJob } from './jobs/job.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Log } from './observability/log.ts';
import { timedId } from './support/timed-id.ts';

export interface BatchParts {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly data: Pick<DataDirectory, 'ledger' | 'numbers' | 'store' | 'uploads'>;
  readonly jobs: Jobs;
  readonly resultOf: (job: WholeJob) => Pick<BatchOutcome, 'completion' | 'embedding'>;
  readonly isDraining: () => boolean;
  readonly payingOf: BatchFeederOptions['payingOf'];
}

export interface BatchServicesOpened {
  readonly batches: Batches;
  readonly feeder: BatchFeeder;
}

/** Nothing is put into the queue before `feeder.start`. */
export async function openBatches(parts: BatchParts): Promise<BatchServicesOpened> {
  const { config, clock, log, jobs, resultOf, isDraining, payingOf } = parts;
  const { store, ledger, numbers, uploads } = parts.data;
  const nextNumber = numbers.exchanges;
  const newId = timedId;
  const folder = join(config.DATA_DIR, 'batches');
  const files = await KeptFiles.open({ folder, store, uploads, clock, nextNumber, newId });
  const rows = new BatchRows(store);
  const feeder = new BatchFeeder({ clock, log, rows, files, jobs, ledger, payingOf });
  const retentionDays = config.RETENTION_DAYS;
  const shared = { clock, log, rows, files, feeder, nextNumber, newId, resultOf, isDraining };
  return { batches: new Batches({ ...shared, retentionDays }), feeder };
}
