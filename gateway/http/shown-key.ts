/**
 * [H-4] in docs/protocol.md.
 * Where a client may show its key beside `Authorization: Bearer`: in the header `x-api-key`, and in front of
 * the path, for programs that can send no header. Both become the header before anything else sees the
 * request, so the key in a path can be in no log and no error.
 */
import type { IncomingMessage, Server } from 'node:http';

/** `/k/{key}/v1/models`: the key, and the path without it. */
const KEY_PATH = /^\/k\/(?<key>[\w.~+=-]+)(?<path>\/.*)?$/;

/** Call it after everything that adds listeners for requests: it puts itself before them. */
export function readShownKeys(server: Server): void {
  server.prependListener('request', readShownKey);
}

/**
 * The key of the path counts first: clients that are given one often send a made-up key as well, since they
 * insist on having one.
 */
export function readShownKey(request: IncomingMessage): void {
  const { headers } = request;
  const { key, path } = KEY_PATH.exec(request.url ?? '')?.groups ?? {};
  if (key !== undefined) {
    request.url = path ?? '/';
    headers.authorization = `Bearer ${key}`;
  } else if (!/^bearer +\S/i.test(headers.authorization ?? '') && typeof headers['x-api-key'] === 'string') {
    const shown = headers['x-api-key'].trim();
    if (/^\S+$/.test(shown)) headers.authorization = `Bearer ${shown}`;
  }
}
