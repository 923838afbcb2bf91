/** Many jobs from one file: JSON Lines in and out. */
import { z } from 'zod';
import type { ErrorKey } from '../errors.ts';
import { FileId, RowId, Time } from './common.ts';
import { JobWork } from './job-shapes.ts';

export const BATCH_OPERATION_LIMITS = {
  linesMax: 50_000,
  customIdCharactersMax: 512,
  metadataMax: 16,
  metadataKeyMax: 64,
  metadataValueMax: 512,
  pageMax: 100,
  pageDefault: 20,
  fileNameMax: 255,
} as const;

const CustomId = z.string().min(1).max(BATCH_OPERATION_LIMITS.customIdCharactersMax);

/** One line of the file of a batch: a job, as `jobs.submit` takes it, or texts that become vectors. */
export const BatchLine = JobWork.pick({
  prompt: true,
  completion: true,
  embed: true,
  route: true,
  maxOutputTokens: true,
}).extend({
  /** Comes back with the result; two lines must not have the same. */
  customId: CustomId.optional(),
  /** For translators of other APIs: what the line was for, … */
  endpoint: z.string().max(200).optional(),
  /** … the line as it came, … */
  source: z.string().optional(),
  /** … whether it comes back with the result, which cannot be translated without it, … */
  needsSource: z.literal(true).optional(),
  /** … and why it could not be translated. */
  refused: z
    .strictObject({
      code: z.string().max(100),
      message: z.string().max(2_000),
      param: z.string().max(200).optional(),
    })
    .optional(),
});

export const KeptFile = z.strictObject({
  id: FileId,
  name: z.string(),
  bytes: z.int().nonnegative(),
  createdAt: Time,
  /** Then it is deleted. */
  expiresAt: Time,
});

export const BATCH_STATUSES = [
  'checking',
  'running',
  'cancelling',
  'completed',
  'failed',
  'expired',
  'cancelled',
] as const;

export const Metadata = z
  .record(
    z.string().min(1).max(BATCH_OPERATION_LIMITS.metadataKeyMax),
    z.string().max(BATCH_OPERATION_LIMITS.metadataValueMax),
  )
  .refine((pairs) => Object.keys(pairs).length <= BATCH_OPERATION_LIMITS.metadataMax, {
    error: `${BATCH_OPERATION_LIMITS.metadataMax}`,
  });

export const BatchView = z.strictObject({
  id: RowId,
  status: z.enum(BATCH_STATUSES),
  file: FileId,
  endpoint: z.string().optional(),
  metadata: Metadata.optional(),
  counts: z.strictObject({
    /** Lines of the file; 0 until they are checked. */
    total: z.int().nonnegative(),
    done: z.int().nonnegative(),
    /** Also those that were cancelled, or whose time was over. */
    failed: z.int().nonnegative(),
  }),
  createdAt: Time,
  startedAt: Time.optional(),
  /** What is not done by then is given up. */
  expiresAt: Time,
  cancelledAt: Time.optional(),
  endedAt: Time.optional(),
  /** For `files.read`, once it is over: the results of lines that were done, … */
  results: FileId.optional(),
  /** … and the reasons of those that were not. */
  failures: FileId.optional(),
  /** Why nothing of it was run: faults of the file. */
  faults: z.array(
    z.strictObject({
      code: z.string(),
      message: z.string(),
      line: z.int().positive().optional(),
      param: z.string().optional(),
    }),
  ),
});

export type BatchLine = z.output<typeof BatchLine>;
export type BatchView = z.output<typeof BatchView>;
export type KeptFile = z.output<typeof KeptFile>;
export type BatchStatus = (typeof BATCH_STATUSES)[number];
export type BatchFault = BatchView['faults'][number];

/** A line of a file of results or failures. */
export interface BatchOutcome {
  readonly line: number;
  readonly customId?: string;
  readonly job?: string;
  readonly status: 'done' | 'failed' | 'cancelled' | 'expired';
  /** As `jobs.get` has it. */
  /** As the batch has it. */
  readonly endpoint?: string;
  readonly completion?: object;
  readonly embedding?: object;
  /** The line, where its translator needs it and its file is still kept. */
  readonly source?: string;
  readonly endedAt?: string;
  readonly reason?: { readonly key: ErrorKey; readonly text: string };
}

export const EXAMPLE_KEPT_FILE: KeptFile = {
  id: 'file-0193a5c16f7a7e3b9c405d2f8a1b7c61',
  name: 'cats.jsonl',
  bytes: 1_204,
  createdAt: '2026-11-30T09:20:02.517Z',
  expiresAt: '2026-12-30T09:20:02.517Z',
};

export const EXAMPLE_BATCH: BatchView = {
  id: 'batch_0193a5c26f7a7e3b9c405d2f8a1b7c62',
  status: 'running',
  file: EXAMPLE_KEPT_FILE.id,
  counts: { total: 12, done: 3, failed: 0 },
  createdAt: '2026-11-30T09:21:02.517Z',
  startedAt: '2026-11-30T09:21:02.630Z',
  expiresAt: '2026-12-01T09:21:02.517Z',
  faults: [],
};
