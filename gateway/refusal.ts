/** An answer on a bare socket, where no HTTP response has been made, or none will be. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Locale } from '../shared/locale.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { TEXTS, type TextKey } from './texts.ts';

export interface HttpRefusal {
  readonly status: number;
  readonly text: TextKey;
  readonly locale: Locale;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes the answer and closes. */
export function refuse(socket: Duplex, { status, text, locale, headers }: HttpRefusal): void {
  const body = `${TEXTS[text][locale]}\n`;
  const all = {
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'content-language': locale,
    'cache-control': 'no-store',
    ...SECURITY_HEADERS,
    ...(status === 503 ? { 'retry-after': String(GATEWAY_LIMITS.retryAfterSeconds) } : {}),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  // The peer may be gone already; its error must not end the process.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
