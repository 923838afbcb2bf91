/** OpenAI's batches, and the files that they are made from and that they make. */
import { z } from 'zod';
import { textOf, type Params } from '../../../../shared/client/message.ts';
import {
  BATCH_OPERATION_LIMITS,
  type BatchView,
  type KeptFile,
} from '../../../../shared/operations/batch-shapes.ts';
import { ApiRefusal, type ApiError } from '../../../http/api-errors.ts';
import { boundaryOf, partsOf } from '../../../http/multipart.ts';
import type { ApiCall, ApiReply, ApiRequest, ApiUpload, ExternalApi } from '../../external-api.ts';
import { optional, readBody, unsupported } from '../../read-body.ts';
import { JSON_TYPE } from '../../sse.ts';
import { openAiError } from '../errors.ts';
import { BATCH_ENDPOINTS, isBatchEndpoint, translatedLines } from './lines.ts';
import { OutcomeLines } from './outcomes.ts';
import { batchObject, fileObject, isOutcomeFile, listObject, outcomeFileObject } from './views.ts';

/** Of a field that is no file. */
const FIELD_BYTES_MAX = 4 * 1024;

const CreateBody = z.looseObject({
  input_file_id: z.string(),
  endpoint: z.string(),
  completion_window: z.string(),
  metadata: optional(z.record(z.string(), z.string())),
});

export const openAiBatches: ExternalApi = {
  addresses: [
    { method: 'POST', path: '/v1/files', receive: keepFile, translate: () => noJson() },
    { method: 'GET', path: '/v1/files', translate: (request) => listCall('files.list', request) },
    { method: 'GET', path: '/v1/files/:file', translate: ({ path }) => fileCall(path['file'] ?? '') },
    {
      method: 'GET',
      path: '/v1/files/:file/content',
      translate: ({ path }) => contentCall(path['file'] ?? ''),
    },
    { method: 'DELETE', path: '/v1/files/:file', translate: ({ path }) => deleteCall(path['file'] ?? '') },
    { method: 'POST', path: '/v1/batches', replays: true, translate: createCall },
    { method: 'GET', path: '/v1/batches', translate: (request) => listCall('batches.list', request) },
    { method: 'GET', path: '/v1/batches/:batch', translate: ({ path }) => batchCall('batches.get', path) },
    {
      method: 'POST',
      path: '/v1/batches/:batch/cancel',
      translate: ({ path }) => batchCall('batches.cancel', path),
    },
  ],
  error: (error) => openAiError(ofNoModel(error)),
};

/** There, what is not found is a model. */
function ofNoModel(error: ApiError): ApiError {
  return error.code === 'not_found' ? { ...error, code: 'resource_not_found' } : error;
}

function noJson(): never {
  throw new ApiRefusal('bad_request');
}

/** The file is translated and sent on while it comes. */
async function keepFile({ contentType, pieces, send, locale }: ApiUpload): Promise<ApiCall> {
  let upload: { readonly file: string; readonly name: string; readonly bytes: number } | undefined;
  let purpose: string | undefined;
  for await (const { name, filename, body } of partsOf(pieces, boundaryOf(contentType))) {
    if (name === 'file' && upload === undefined) {
      const count = { bytes: 0 };
      const file = await send(translatedLines(counted(body, count), locale));
      upload = { file, name: (filename ?? '').slice(0, BATCH_OPERATION_LIMITS.fileNameMax), ...count };
    } else if (name === 'purpose') {
      purpose = await shortText(body);
      requireBatch(purpose);
    }
  }
  if (!upload) throw new ApiRefusal('member_missing', { param: 'file' });
  if (purpose === undefined) throw new ApiRefusal('member_missing', { param: 'purpose' });
  const reply = wholeReply(({ file }) => fileObject(file as KeptFile));
  return { operation: 'files.keep', params: upload, reply };
}

async function* counted(body: AsyncIterable<Buffer>, count: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    count.bytes += piece.length;
    yield piece;
  }
}

function requireBatch(purpose: string): void {
  if (purpose !== 'batch') {
    throw unsupported('purpose', { en: 'only batch is known here', es: 'aquí solo se conoce batch' });
  }
}

async function shortText(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of body) {
    text += piece.toString('latin1');
    if (text.length > FIELD_BYTES_MAX) throw new ApiRefusal('bad_request');
  }
  return text;
}

function listCall(operation: 'batches.list' | 'files.list', { query }: ApiRequest): ApiCall {
  const { limit, after } = query;
  const params = {
    ...(typeof limit === 'string' && { limit: Math.min(100, Math.max(1, Number(limit) || 1)) }),
    ...(typeof after === 'string' && { cursor: after }),
  };
  const reply = wholeReply(({ files, batches, nextCursor }) => {
    const data = Array.isArray(batches)
      ? (batches as BatchView[]).map(batchObject)
      : (files as KeptFile[]).map(fileObject);
    return listObject(data, nextCursor !== undefined);
  });
  return { operation, params, reply };
}

function fileCall(file: string): ApiCall {
  const params = { file };
  if (!isOutcomeFile(file)) {
    const reply = wholeReply(({ file: kept }) => fileObject(kept as KeptFile));
    return { operation: 'files.get', params, reply };
  }
  // How long it is shows when it is made.
  const lines = new OutcomeLines();
  let bytes = 0;
  const event = (name: string, told: Params): string => {
    if (name === 'files.text') bytes += Buffer.byteLength(lines.push(textOf(told['text'])));
    return '';
  };
  const reply = wholeReply(() => outcomeFileObject(file, bytes));
  return { operation: 'files.read', params, reply: { ...reply, event } };
}

function contentCall(file: string): ApiCall {
  const lines = isOutcomeFile(file) ? new OutcomeLines() : undefined;
  const reply: ApiReply = {
    contentType: 'application/octet-stream',
    event(name, params) {
      if (name !== 'files.text') return '';
      const text = textOf(params['text']);
      return lines?.push(text) ?? text;
    },
    result: () => '',
    failure: () => undefined,
  };
  return { operation: 'files.read', params: { file }, reply };
}

function deleteCall(file: string): ApiCall {
  const reply = wholeReply(() => ({ id: file, object: 'file', deleted: true }));
  return { operation: 'files.delete', params: { file }, reply };
}

function createCall({ body }: ApiRequest): ApiCall {
  const { input_file_id: file, endpoint, completion_window: window, metadata } = readBody(CreateBody, body);
  if (!isBatchEndpoint(endpoint)) {
    const known = BATCH_ENDPOINTS.join(', ');
    throw unsupported('endpoint', { en: `only ${known}`, es: `solo ${known}` });
  }
  if (window !== '24h') throw unsupported('completion_window', { en: 'only 24h', es: 'solo 24h' });
  const params = { file, endpoint, ...(metadata && { metadata }) };
  return { operation: 'batches.create', params, reply: batchReply() };
}

function batchCall(operation: 'batches.cancel' | 'batches.get', path: ApiRequest['path']): ApiCall {
  return { operation, params: { batch: path['batch'] ?? '' }, reply: batchReply() };
}

function batchReply(): ApiReply {
  return wholeReply(({ batch }) => batchObject(batch as BatchView));
}

function wholeReply(read: (result: Params) => object): ApiReply {
  const result = (given: Params) => JSON.stringify(read(given));
  return { contentType: JSON_TYPE, event: () => '', result, failure: () => undefined };
}
