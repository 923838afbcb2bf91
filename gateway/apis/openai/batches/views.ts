/** Batches and their files as OpenAI shows them. */
import type { BatchView, KeptFile } from '../../../../shared/operations/batch-shapes.ts';
import { BATCH_ENDPOINTS } from './lines.ts';

const STATUSES = {
  checking: 'validating',
  running: 'in_progress',
  cancelling: 'cancelling',
  completed: 'completed',
  failed: 'failed',
  expired: 'expired',
  cancelled: 'cancelled',
} as const satisfies Record<BatchView['status'], string>;

export function fileObject({ id, name, bytes, createdAt, expiresAt }: KeptFile): object {
  return {
    id,
    object: 'file',
    bytes,
    created_at: seconds(createdAt),
    expires_at: seconds(expiresAt),
    filename: name,
    purpose: 'batch',
    status: 'processed',
  };
}

/** A file that is made while it is read. */
export function outcomeFileObject(id: string, bytes: number): object {
  return {
    id,
    object: 'file',
    bytes,
    created_at: Math.floor(madeAtMs(id) / 1_000),
    filename: `${id}.jsonl`,
    purpose: 'batch_output',
    status: 'processed',
  };
}

export function isOutcomeFile(id: string): boolean {
  return /-(results|failures)$/.test(id);
}

export function batchObject(batch: BatchView): object {
  const { id, status, file, endpoint = BATCH_ENDPOINTS[0], counts, faults, endedAt, cancelledAt } = batch;
  const endedAs = (one: BatchView['status']) => (status === one ? seconds(endedAt) : null);
  const data = faults.map(({ code, message, line, param }) => {
    return { code, message, line: line ?? null, param: param ?? null };
  });
  return {
    id,
    object: 'batch',
    endpoint,
    errors: data.length > 0 ? { object: 'list', data } : null,
    input_file_id: file,
    completion_window: '24h',
    status: STATUSES[status],
    output_file_id: batch.results ?? null,
    error_file_id: batch.failures ?? null,
    created_at: seconds(batch.createdAt),
    in_progress_at: seconds(batch.startedAt),
    expires_at: seconds(batch.expiresAt),
    finalizing_at: endedAs('completed'),
    completed_at: endedAs('completed'),
    failed_at: endedAs('failed'),
    expired_at: endedAs('expired'),
    cancelling_at: seconds(cancelledAt),
    cancelled_at: endedAs('cancelled'),
    request_counts: { total: counts.total, completed: counts.done, failed: counts.failed },
    metadata: batch.metadata ?? null,
  };
}

export function listObject(data: readonly object[], hasMore: boolean): object {
  const [first, last] = [data[0], data.at(-1)] as { readonly id?: string }[];
  return { object: 'list', data, first_id: first?.id ?? null, last_id: last?.id ?? null, has_more: hasMore };
}

function seconds(time: string | undefined): number | null {
  return time === undefined ? null : Math.floor(Date.parse(time) / 1_000);
}

/** When its batch was made: the first bits of a UUIDv7. */
function madeAtMs(id: string): number {
  return Number.parseInt(id.slice('file-'.length).slice(0, 12), 16);
}
