/** The results of a batch, from the lines of `files.read` to those of OpenAI. */
import type { Params } from '../../../../shared/client/message.ts';
import { ERRORS, isKnownError } from '../../../../shared/errors.ts';
import type { BatchOutcome } from '../../../../shared/operations/batch-shapes.ts';
import type { JobEmbeddingResult } from '../../../../shared/operations/job-shapes.ts';
import { chatReply } from '../chat-reply.ts';
import { embeddingsReply } from '../embeddings.ts';
import { errorBody } from '../errors.ts';
import { replyOptions, responsesParams } from '../responses/index.ts';
import { wholeReply } from '../responses/reply.ts';

/** Gets texts in any pieces, and gives whole lines in the other form. */
export class OutcomeLines {
  #held = '';

  push(text: string): string {
    const lines = (this.#held + text).split('\n');
    this.#held = lines.pop() ?? '';
    return lines.map((line) => `${outcomeLine(JSON.parse(line) as BatchOutcome)}\n`).join('');
  }
}

function outcomeLine(outcome: BatchOutcome): string {
  const { line, customId, job, reason, status } = outcome;
  const head = { id: `batch_req_${job ?? line}`, custom_id: customId ?? null };
  const body = bodyOf(outcome);
  if (body !== undefined) {
    const response = { status_code: 200, request_id: job ?? '', body };
    return JSON.stringify({ ...head, response, error: null });
  }
  const { key = 'internal', text = '' } = reason ?? {};
  if (status !== 'failed') {
    const code = status === 'expired' ? 'batch_expired' : 'batch_cancelled';
    return JSON.stringify({ ...head, response: null, error: { code, message: text } });
  }
  const statusCode = isKnownError(key) ? ERRORS[key].http : 500;
  const failure = errorBody({ status: statusCode, code: key, message: text });
  const response = { status_code: statusCode, request_id: job ?? '', body: failure };
  return JSON.stringify({ ...head, response, error: null });
}

/** What the address of the line would have answered. */
function bodyOf(outcome: BatchOutcome): unknown {
  const { completion, embedding, endpoint, source, job = '', endedAt = '' } = outcome;
  const { body } = source === undefined ? FORGOTTEN : (JSON.parse(source) as { body: Params });
  const request = { body, newId: newIds(job), now: Date.parse(endedAt) };
  if (embedding) return embeddingBody(embedding as JobEmbeddingResult, body);
  if (!completion) return undefined;
  const isResponse = endpoint === '/v1/responses';
  const reply = isResponse
    ? wholeReply(replyOptions(responsesParams(body), request))
    : chatReply({ isStream: false, includeUsage: false }, request);
  return JSON.parse(reply.result(completion as Params));
}

/** Those of one answer: the same whenever it is read. */
function newIds(job: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return count === 1 ? job : `${job}-${count}`;
  };
}

/** In the place of what was asked, when its file was deleted: its settings are not known any more. */
const FORGOTTEN = { body: { input: '-' } as Params };

function embeddingBody({ vectors, ...result }: JobEmbeddingResult, asked: Params): unknown {
  const reply = embeddingsReply(asked['encoding_format'] === 'base64');
  const items = vectors.map((vector, index) => reply.event('embeddings.vector', { index, vector }));
  return JSON.parse(items.join('') + reply.result(result));
}
