import { API_REFUSALS } from '../../gateway/http/api-errors.ts';
import { TEXTS } from '../../gateway/texts.ts';
import type { Operation } from '../../shared/define-operation.ts';
import { OPERATION_LIST } from '../../shared/operations/index.ts';
import { code, GENERATED, table } from './markdown.ts';

/** The addresses of the HTTP API, from the table of operations. */
const COOKIES = { refresh: 'uses the refresh cookie', ended: 'clears the refresh cookie' } as const;

export function httpPage(): string {
  return [
    GENERATED,
    '# The HTTP API',
    'The gateway (port 8765) answers HTTP at the addresses below.',
    'Each one runs an operation; its input and output are in [operations.md](operations.md).',
    'Chat over HTTP, the APIs of OpenAI, Anthropic and Ollama ([clients.md](clients.md)),',
    'and health are in `GET /openapi.json` too.',
    'The rules are in [protocol.md](protocol.md#http), H-1 to H-12.',
    '',
    '```sh',
    'curl --fail http://127.0.0.1:8765/ledger/checkpoint',
    "curl --fail http://127.0.0.1:8765/users/me -H 'Authorization: Bearer KEY'",
    '```',
    '',
    'Words in braces are members of the input. The other members',
    'come from the query of a `GET`, and from the JSON body of any',
    'other request. What is not for every visitor needs a key, since',
    'everybody behind an address would be the same guest without one.',
    '',
    table(
      ['address', 'operation', 'for', ''],
      OPERATION_LIST.flatMap(({ name, access, summary, http = [] }) =>
        http.map(({ method, path, status, cookie, cacheSeconds, keyless }) => [
          code(`${method} ${path}`),
          `[${name}](operations.md#${name.replaceAll('.', '').toLowerCase()})`,
          whoOf(access, keyless),
          [
            summary.en,
            ...(status === undefined ? [] : [`answered with ${status}`]),
            ...(cookie === undefined ? [] : [COOKIES[cookie]]),
            ...(cacheSeconds === undefined ? [] : [`may be kept for ${cacheSeconds} s`]),
          ].join('; '),
        ]),
      ),
    ),
    '',
    '## Errors',
    'An error is `{"error": {"message", "type", "param", "code"}}`.',
    '`code` is a key of [errors.md](errors.md), whose table also',
    'has the status, or one of these, which come from the gateway:',
    '',
    table(
      ['code', 'status', ''],
      Object.entries(API_REFUSALS).map(([key, { status }]) => [
        code(key),
        String(status),
        TEXTS[key as keyof typeof API_REFUSALS].en,
      ]),
    ),
    '',
  ].join('\n');
}

function whoOf(access: Operation['access'], keyless: true | undefined): string {
  if (access === 'public' || keyless) return 'every visitor';
  return access === 'anonymous' ? 'everybody with a key' : access;
}
