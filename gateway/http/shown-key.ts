/**
 * [H-4] in docs/protocol.md.
 * Where a client may show its key beside `Authorization: Bearer`: in the header `x-api-key`, in front of the
 * path, for programs that can send no header, and in the query as `api_key`, as programs of older servers do.
 * All become the header before anything else sees the request, so a key in an address can be in no log and no
 * error.
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
 * insist on having one. The key of the query counts last.
 */
export function readShownKey(request: IncomingMessage): void {
  const { headers } = request;
  const asked = keyInQuery(request);
  const { key, path } = KEY_PATH.exec(request.url ?? '')?.groups ?? {};
  if (key !== undefined) request.url = path ?? '/';
  const bearer = /^bearer +\S/i.test(headers.authorization ?? '')
    ? undefined
    : (keyInHeader(headers) ?? asked);
  const shown = key ?? bearer;
  if (shown !== undefined) headers.authorization = `Bearer ${shown}`;
}

function keyInHeader({ 'x-api-key': given }: IncomingMessage['headers']): string | undefined {
  return typeof given === 'string' ? asKey(given.trim()) : undefined;
}

/** Takes it out of the address. Of several the first counts; what is no key is gone as well. */
function keyInQuery(request: IncomingMessage): string | undefined {
  const [path = '', ...rest] = (request.url ?? '').split('?');
  if (rest.length === 0) return undefined;
  const members = rest.join('?').split('&');
  const others = members.filter((member) => !new URLSearchParams(member).has('api_key'));
  if (others.length === members.length) return undefined;
  request.url = others.length === 0 ? path : `${path}?${others.join('&')}`;
  const [key] = members.flatMap((member) => new URLSearchParams(member).get('api_key') ?? []);
  return key === undefined ? undefined : asKey(key);
}

function asKey(text: string): string | undefined {
  return /^\S+$/.test(text) ? text : undefined;
}
