/** Where the text of a summary comes from: the request, a page, or a document that was sent before. */
import { HiloError, type ErrorKey } from '../../shared/errors.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import type { Document } from '../documents/document.ts';
import type { DocumentReader } from '../documents/document-reader.ts';
import { OutboundError, type OutboundFault } from '../outbound/outbound-error.ts';
import type { OutboundHttp, OutboundResponse } from '../outbound/outbound-http.ts';
import { SUMMARY_RUN_LIMITS } from './limits.ts';

export type SourceRequest =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'document'; readonly bytes: Uint8Array };

export interface SourceText {
  readonly text: string;
  /** Empty when there is none. */
  readonly title: string;
  readonly url: string | undefined;
}

export interface Reading {
  readonly locale: Locale;
  readonly signal: AbortSignal;
  readonly onPage: (page: number, pages: number) => void;
}

export class SummarySources {
  readonly #http: Pick<OutboundHttp, 'check' | 'send'>;
  readonly #reader: Pick<DocumentReader, 'read'>;
  #fetches = 0;

  constructor(http: Pick<OutboundHttp, 'check' | 'send'>, reader: Pick<DocumentReader, 'read'>) {
    this.#http = http;
    this.#reader = reader;
  }

  /** Throws `url_refused` for what will never be fetched. */
  check(source: SourceRequest, locale: Locale): void {
    if (source.kind !== 'url') return;
    try {
      this.#http.check(source.url);
    } catch (error) {
      throw pageFault(error, locale);
    }
  }

  /** Rejects with `url_refused`, `page_failed`, `cancelled`, and what `DocumentReader.read` does. */
  async read(source: SourceRequest, reading: Reading): Promise<SourceText> {
    if (source.kind === 'text') return { text: source.text, title: '', url: undefined };
    if (source.kind === 'document') return textOf(await this.#parse(source.bytes, undefined, reading));
    const page = await this.#fetch(source.url, reading);
    const charset = /charset\s*=\s*"?([\w:.-]{1,40})/iu.exec(page.contentType)?.[1];
    return { ...textOf(await this.#parse(page.body, charset, reading)), url: page.url };
  }

  #parse(bytes: Uint8Array, charset: string | undefined, reading: Reading): Promise<Document> {
    return this.#reader.read({ bytes, charset, ...reading });
  }

  async #fetch(url: string, { locale, signal }: Reading): Promise<OutboundResponse> {
    const { fetchesMax, pageBytesMax, pageTotalMs, pageIdleMs } = SUMMARY_RUN_LIMITS;
    if (this.#fetches >= fetchesMax) {
      throw new HiloError('documents_busy', { values: { seconds: 5 }, retryAfterMs: 5_000 });
    }
    this.#fetches += 1;
    try {
      const request = { url, bytesMax: pageBytesMax, totalMs: pageTotalMs, idleMs: pageIdleMs, signal };
      const headers = { accept: 'text/html, application/pdf, text/plain, */*;q=0.5' };
      const page = await this.#http.send({ ...request, method: 'GET', headers });
      if (page.status < 200 || page.status >= 300) throw failed(String(page.status));
      return page;
    } catch (error) {
      throw pageFault(error, locale);
    } finally {
      this.#fetches -= 1;
    }
  }
}

function textOf({ text, title }: Document): SourceText {
  return { text, title, url: undefined };
}

/** `because` is for programs, `detail` for people. */
function pageFault(error: unknown, locale: Locale): unknown {
  if (!(error instanceof OutboundError)) return error;
  const { fault } = error;
  if (fault === 'aborted') return new HiloError('cancelled', { cause: error });
  const [key, words] = FAULTS[fault];
  return new HiloError(key, { values: { because: fault, detail: words[locale] }, cause: error });
}

function failed(status: string): HiloError {
  return new HiloError('page_failed', { values: { because: 'status', detail: `HTTP ${status}` } });
}

const FAULTS = {
  url: [
    'url_refused',
    {
      en: 'it must be an http or https URL without a password',
      es: 'debe ser una URL http o https sin contraseña',
    },
  ],
  port: ['url_refused', { en: 'its port is not open here', es: 'su puerto no está permitido aquí' }],
  address: [
    'url_refused',
    { en: 'its name does not lead to a public address', es: 'su nombre no lleva a una dirección pública' },
  ],
  redirects: ['page_failed', { en: 'it redirects too often', es: 'redirige demasiadas veces' }],
  unreachable: ['page_failed', { en: 'its server does not answer', es: 'su servidor no responde' }],
  timeout: ['page_failed', { en: 'it takes too long', es: 'tarda demasiado' }],
  too_large: ['page_failed', { en: 'it is too large', es: 'es demasiado grande' }],
  protocol: ['page_failed', { en: 'its server answers wrongly', es: 'su servidor responde mal' }],
} as const satisfies Record<Exclude<OutboundFault, 'aborted'>, readonly [ErrorKey, Localised]>;
