/** Batches of jobs, and the files that they are read from. */
import { HiloError } from '../../../shared/errors.ts';
import type { BatchView, KeptFile as KeptFileView } from '../../../shared/operations/batch-shapes.ts';
import type { CountedBatch, Batches } from '../../batches/batches.ts';
import type { KeptFile } from '../../batches/kept-files.ts';
import { BATCH_LIMITS } from '../../batches/limits.ts';
import type { Call, Handlers } from '../call.ts';
import { isoTime, loginOf } from '../sign-in.ts';
import { submitterOf, type JobServices } from './jobs.ts';

export interface BatchServices extends Pick<JobServices, 'payers' | 'storeGuest'> {
  readonly batches: Batches;
}

type BatchHandlers = Pick<
  Handlers,
  | 'batches.cancel'
  | 'batches.create'
  | 'batches.erase'
  | 'batches.get'
  | 'batches.list'
  | 'files.delete'
  | 'files.get'
  | 'files.keep'
  | 'files.list'
  | 'files.read'
>;

export function batchHandlers(services: BatchServices): BatchHandlers {
  const { batches } = services;
  return {
    ...keptFileHandlers(services),

    async 'batches.create'({ file, endpoint, metadata, wallet }, call) {
      requireUser(call);
      const who = await submitterOf(services, call, wallet);
      return { batch: batchView(await batches.create({ file, endpoint, metadata }, who)) };
    },

    async 'batches.get'({ batch }, call) {
      return { batch: batchView(await batches.find(requireUser(call), batch)) };
    },

    async 'batches.list'({ cursor, limit }, call) {
      const page = await batches.page(requireUser(call), { after: cursor, limit });
      const last = page.length === limit ? page.at(-1)?.batch : undefined;
      return { batches: page.map(batchView), ...(last && { nextCursor: last.id }) };
    },

    async 'batches.cancel'({ batch }, call) {
      return { batch: batchView(await batches.cancel(requireUser(call), batch)) };
    },

    async 'batches.erase'({ batch }, call) {
      return { erased: await batches.erase(requireUser(call), batch) };
    },
  };
}

function keptFileHandlers({ batches }: BatchServices) {
  return {
    async 'files.keep'({ file: upload, name, bytes: sourceBytes }, call) {
      return { file: fileView(await batches.keep(requireUser(call), { upload, name, sourceBytes })) };
    },

    async 'files.get'({ file }, call) {
      return { file: fileView(await batches.file(requireUser(call), file)) };
    },

    async 'files.list'({ cursor, limit }, call) {
      const page = await batches.filePage(requireUser(call), { after: cursor, limit });
      const last = page.length === limit ? page.at(-1) : undefined;
      return { files: page.map(fileView), ...(last && { nextCursor: last.id }) };
    },

    async 'files.delete'({ file }, call) {
      await batches.eraseFile(requireUser(call), file);
      return { deleted: 1 };
    },

    async 'files.read'({ file }, call, sink) {
      const lines = await batches.lines(requireUser(call), file);
      let count = 0;
      for await (const line of lines) {
        count += 1;
        for (const text of piecesOf(`${line}\n`)) {
          call.signal.throwIfAborted();
          sink.event('files.text', { text });
          for (let wait = sink.ready(); wait; wait = sink.ready()) await wait;
        }
      }
      return { lines: count };
    },
  } satisfies Partial<Handlers>;
}

/** Files and batches outlive what a guest can come back to. */
function requireUser(call: Call): string {
  if (call.principal.owner !== `user:${loginOf(call).user.id}`) throw new HiloError('account_needed');
  return call.principal.owner;
}

function* piecesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    let to = from + BATCH_LIMITS.textCharacters;
    // Not between the two halves of a character.
    if (to < text.length && (text.charCodeAt(to) & 0xfc00) === 0xdc00) to += 1;
    yield text.slice(from, to);
    from = to;
  }
}

function fileView(file: KeptFile): KeptFileView {
  const { id, name, bytes, source_bytes: sourceBytes, created_at: createdAt, expires_at: expiresAt } = file;
  const times = { createdAt: isoTime(createdAt), expiresAt: isoTime(expiresAt) };
  return { id, name, bytes: sourceBytes ?? bytes, ...times };
}

export function batchView({ batch, counts }: CountedBatch): BatchView {
  const { id, file, endpoint, metadata, total, submitted, stop, status, endedAt } = batch;
  const isOver = endedAt !== undefined;
  const neverAsked = isOver && stop === 'expired' ? total - submitted : 0;
  const failed = counts.failed + counts.cancelled + neverAsked;
  const results = id.replace(/^batch_/, 'file-');
  return {
    id,
    status: stop && !isOver ? 'cancelling' : status,
    file,
    ...(endpoint !== undefined && { endpoint }),
    ...(metadata && { metadata }),
    counts: { total, done: counts.done, failed },
    createdAt: isoTime(batch.createdAt),
    ...(batch.startedAt !== undefined && { startedAt: isoTime(batch.startedAt) }),
    expiresAt: isoTime(batch.expiresAt),
    ...(stop === 'cancelled' && { cancelledAt: isoTime(batch.stoppedAt ?? 0) }),
    ...(isOver && { endedAt: isoTime(endedAt) }),
    ...(isOver && counts.done > 0 && { results: `${results}-results` }),
    ...(isOver && failed > 0 && { failures: `${results}-failures` }),
    faults: [...batch.faults],
  };
}
