/** The results of a batch, from the lines of `files.read` to those of OpenAI. */
import type { Params } from '../../../../shared/client/message.ts';
import { ERRORS, isKnownError } from '../../../../shared/errors.ts';
import type { BatchOutcome } from '../../../../shared/operations/batch-shapes.ts';
import { chatReply } from '../chat-reply.ts';
import { errorBody } from '../errors.ts';

/** Gets texts in any pieces, and gives whole lines in the other form. */
export class OutcomeLines {
  #held = '';

  push(text: string): string {
    const lines = (this.#held + text).split('\n');
    this.#held = lines.pop() ?? '';
    return lines.map((line) => `${outcomeLine(JSON.parse(line) as BatchOutcome)}\n`).join('');
  }
}

function outcomeLine({ line, customId, job, completion, reason, status, endedAt }: BatchOutcome): string {
  const head = { id: `batch_req_${job ?? line}`, custom_id: customId ?? null };
  if (completion) {
    const request = { newId: () => job ?? '', now: Date.parse(endedAt ?? '') };
    const form = { isStream: false, includeUsage: false };
    const body: unknown = JSON.parse(chatReply(form, request).result(completion as Params));
    const response = { status_code: 200, request_id: job ?? '', body };
    return JSON.stringify({ ...head, response, error: null });
  }
  const { key = 'internal', text = '' } = reason ?? {};
  if (status !== 'failed') {
    const code = status === 'expired' ? 'batch_expired' : 'batch_cancelled';
    return JSON.stringify({ ...head, response: null, error: { code, message: text } });
  }
  const statusCode = isKnownError(key) ? ERRORS[key].http : 500;
  const body = errorBody({ status: statusCode, code: key, message: text });
  const response = { status_code: statusCode, request_id: job ?? '', body };
  return JSON.stringify({ ...head, response, error: null });
}
