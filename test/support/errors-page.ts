import { ERRORS, type ErrorKey } from '../../shared/errors.ts';
import { code, GENERATED, table } from './markdown.ts';

/** When a client meets it. */
const WHEN: Readonly<Record<ErrorKey, string>> = {
  parse_error: 'A line of the JSON-RPC face is not JSON',
  invalid_request: 'A line is JSON, but not a JSON-RPC request',
  unknown_operation: 'The method, or the command after the slash, does not exist',
  invalid_params: 'The input does not fit the operation; `values.detail` says where',
  internal: 'A fault of the server; its log has the cause under the trace',
  auth_required: 'The operation is not open to everyone, and this client has not signed in',
  auth_failed: 'The key was wrong',
  auth_expired: 'The access token that this client has shown is too old; `auth.refresh` gives a new one',
  account_needed:
    'A guest or the operator asked for what only an account has, or an API key for what needs a login',
  login_failed: 'There is no active account with this e-mail and password',
  login_blocked: 'Too many wrong passwords, or new accounts, from this address',
  login_ended: 'The refresh token was used before, was revoked, is too old, or was never given out',
  sign_up_closed: 'Visitors may not make accounts here (`ALLOW_SIGNUP`)',
  last_admin: 'The last active administrator was to be deactivated, or made a user',
  email_taken: 'An account with this e-mail exists',
  reset_failed: 'The link to set a password anew was used, is too old, or never was',
  password_wrong: 'The current password, which the operation asks for, was wrong',
  plain_login: 'A password was to be typed on the text face from another machine (`ALLOW_PLAIN_LOGIN`)',
  auth_timeout: 'The first line did not come in time; the connection ends',
  forbidden: 'It belongs to someone else, or is for administrators only',
  line_too_long: 'A line has too many bytes; the third such line ends the connection',
  invalid_utf8: 'A line is not UTF-8, or has a NUL in it',
  duplicate_id: 'The `id` of a request that is not answered yet was used again',
  unknown_session: 'The session to resume no longer exists: its time is over, or the server was restarted',
  gap: 'Messages after `lastSeq` were acknowledged before and are no longer kept',
  ack_ahead: 'A number was acknowledged, or given as `lastSeq`, that was never sent',
  not_found: 'What the input names does not exist, or no longer exists',
  session_begun: 'A second `session.hello`, or a `session.resume` that did not come first',
  too_many_kept: 'There are as many conversations, folders, pinned ones or shares as one person may have',
  import_refused: 'The data of an import has a fault at `values.place`; nothing was taken over',
  conversation_closed: 'A message for a conversation that its owner has closed or archived',
  conflict: 'An id was used before with other content',
  context_length_exceeded: 'The messages of a completion do not fit into the model; none is left out',
  unsupported: 'The route cannot do what was asked, such as tools, images or structured output',
  upstream_refused:
    'The model server found a fault in the request itself, such as a schema that it cannot use',
  message_too_long: 'The message alone does not fit into the input of the model',
  insufficient_credits: 'The balance does not cover the message and a short answer',
  address_credits_used: 'The address has no free credits for this guest until `retryAfterMs` is over',
  refund_too_high: 'All refunds of a charge together would be more than the charge',
  too_many_versions: 'A message that has so many versions cannot get another one.',
  rate_limited: 'The guest has sent too many messages in the window',
  too_many_pending: 'Too many requests are pending, or too many answers are in progress',
  server_full: 'The server has all the connections it may have; the connection ends',
  slow_consumer: 'The client reads or acknowledges too slowly; the connection ends',
  draining: 'The server is shutting down: new messages are refused, then the connection ends',
  idle_timeout: 'A text connection was silent for too long; it ends',
  queue_full: 'Too many messages are waiting for the model',
  flooding: 'Commands came too fast for too long; the connection ends',
  superseded: 'The session was resumed by another connection; this one ends',
  address_limit: 'Too many connections, or too quickly, from one address; the connection ends',
  protocol_violation: 'TLS, HTTP or a PROXY header on the plain port; the connection ends',
  proxy_header: 'The PROXY header is missing, late or wrong; the connection ends',
  too_many_requests: 'HTTP requests come too quickly, or too many at once, from one address',
  cancelled: 'The answer was stopped by its client, or because the client did not come back in time',
  empty_answer:
    'The model ended without any text; the values say why. It cost nothing unless its thinking was shown',
  upstream_failed: 'The model failed, even after retries and on every fallback',
  upstream_timeout: 'The model did not answer in time',
  ledger_unavailable: 'The ledger or the store cannot be written; an operator has to look into it',
  store_unavailable: 'No session can be numbered while the store fails; the connection ends',
};

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).sort(([, a], [, b]) => Math.abs(a.code) - Math.abs(b.code));
  return [
    GENERATED,
    '# Errors',
    'Made from `shared/error-table.ts`. Look at the key or the code;',
    'texts may change. On the text face an error is the line',
    '`FAIL <command> <key>: <text>`, on the JSON-RPC face',
    '`error.code` and `error.data.reason`. An error that ends a',
    'WebSocket connection is its close code, if it lies',
    'between 4000 and 4999; only `draining` closes with 1012.',
    'Retryable means that the same request may succeed later;',
    '`error.data.retryAfterMs` says when, where that is known.',
    'HTTP is the status for interfaces over HTTP. Codes are never reused.',
    '',
    table(
      ['key', 'code', 'HTTP', 'retryable', 'when'],
      rows.map(([key, { code: number, http, retryable }]) => {
        const when = WHEN[key as ErrorKey];
        return [code(key), String(number), String(http), retryable ? 'yes' : 'no', when];
      }),
    ),
    '',
    '## Texts',
    'Words in braces are the members of `error.data.values`.',
    '',
    table(
      ['key', 'English', 'Spanish'],
      rows.map(([key, { text }]) => [code(key), text.en, text.es]),
    ),
    '',
  ].join('\n');
}
