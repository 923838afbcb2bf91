/** From a line to a JSON-RPC request. */
import { HiloError, type ErrorKey } from '../../shared/errors.ts';
import { excessOf, type JsonShapeLimits } from '../../shared/json-shape.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import { RequestMeta } from '../../shared/request-meta.ts';
import { TRACEPARENT } from '../../shared/traceparent.ts';
import type { RequestId } from '../operations/call.ts';

export interface Request {
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly params: unknown;
  /** Who makes it, on a connection of the gateway. [G-8] */
  readonly meta: RequestMeta | undefined;
  /** Of W3C; what is not one is ignored. */
  readonly traceparent: string | undefined;
}

export interface ReadOptions {
  readonly locale: Locale;
  readonly limits: JsonShapeLimits;
  /** Whether what a request says about its maker is believed. */
  readonly believesMeta: boolean;
}

const NO_PARAMS = {};

export class RequestFault extends HiloError {
  readonly id: RequestId | null;
  constructor(key: ErrorKey, id: RequestId | null, detail: string) {
    super(key, { values: detail === '' ? {} : { detail } });
    this.id = id;
  }
}

/**
 * JSON-RPC 2.0 §4. Throws `parse_error` or `invalid_request`, with the request's id where it can be read.
 * [J-3]
 */
export function readRequest(text: string, options: ReadOptions): Request {
  const fault = (id: RequestId | null, key: keyof typeof DETAILS) =>
    new RequestFault('invalid_request', id, DETAILS[key][options.locale]);
  const excess = excessOf(text, options.limits);
  if (excess) throw fault(null, excess);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RequestFault('parse_error', null, '');
  }
  if (Array.isArray(value)) throw fault(null, 'batch');
  if (typeof value !== 'object' || value === null) throw fault(null, 'object');
  const {
    id,
    jsonrpc,
    method,
    params = NO_PARAMS,
    meta,
    traceparent: given,
  } = value as Record<string, unknown>;
  if (id !== undefined && !isRequestId(id)) throw fault(null, 'id');
  if (jsonrpc !== '2.0') throw fault(id ?? null, 'version');
  if (typeof method !== 'string') throw fault(id ?? null, 'method');
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw fault(id ?? null, 'params');
  }
  const traceparent = typeof given === 'string' && TRACEPARENT.test(given) ? given : undefined;
  if (meta === undefined) return { id, method, params, meta, traceparent };
  const believed = options.believesMeta ? RequestMeta.safeParse(meta).data : undefined;
  if (!believed) throw fault(id ?? null, options.believesMeta ? 'meta' : 'foreignMeta');
  return { id, method, params, meta: believed, traceparent: believed.traceparent };
}

function isRequestId(id: unknown): id is RequestId {
  return (typeof id === 'string' && id.length <= 128) || (typeof id === 'number' && Number.isSafeInteger(id));
}

const DETAILS = {
  depth: { en: 'it is nested too deeply', es: 'está anidado con demasiada profundidad' },
  members: { en: 'it has too many members', es: 'tiene demasiados miembros' },
  batch: { en: 'batches are not accepted', es: 'no se aceptan lotes' },
  object: { en: 'an object is expected', es: 'se espera un objeto' },
  id: {
    en: '"id" must be an integer or a string of at most 128 characters',
    es: '«id» debe ser un entero o un texto de 128 caracteres como máximo',
  },
  version: { en: '"jsonrpc" must be "2.0"', es: '«jsonrpc» debe ser "2.0"' },
  method: { en: '"method" must be a string', es: '«method» debe ser un texto' },
  params: { en: '"params" must be an object', es: '«params» debe ser un objeto' },
  meta: { en: '"meta" does not have its form', es: '«meta» no tiene la forma debida' },
  foreignMeta: { en: 'only the gateway may send "meta"', es: 'solo la pasarela puede enviar «meta»' },
} as const satisfies Record<string, Localised>;
