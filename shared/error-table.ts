/**
 * The one table of failures (docs/errors.md is generated from it). `code` is the JSON-RPC error code and, for
 * application errors, also the WebSocket close code when the failure ends a connection (4000–4999 is the
 * application range of RFC 6455 §7.4.2). Codes are never reused.
 */
import { ARTIFACT_ERRORS } from './artifact-errors.ts';
import { BATCH_ROWS } from './batch-errors.ts';
import { COMPLETION_ROWS } from './completion-errors.ts';
import { CONVERSATION_ERRORS } from './conversation-errors.ts';
import { DOCUMENT_ERRORS } from './document-errors.ts';
import type { ErrorRow } from './error-row.ts';
import { FILE_ERRORS } from './file-errors.ts';
import { JOB_ROWS } from './job-errors.ts';
import { LIST_ROWS } from './list-errors.ts';
import { SIGN_ON_ROWS } from './sign-on-errors.ts';
import { TEAM_ROWS } from './team-errors.ts';
import { WEBHOOK_ROWS } from './webhook-errors.ts';

export const ERRORS = {
  ...CONVERSATION_ERRORS,
  ...COMPLETION_ROWS,
  ...FILE_ERRORS,
  ...DOCUMENT_ERRORS,
  ...ARTIFACT_ERRORS,
  ...JOB_ROWS,
  ...SIGN_ON_ROWS,
  ...TEAM_ROWS,
  ...WEBHOOK_ROWS,
  ...BATCH_ROWS,
  ...LIST_ROWS,
} as const satisfies Record<string, ErrorRow>;
