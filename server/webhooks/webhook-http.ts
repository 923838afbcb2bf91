/** The way to receivers: the guard of all requests outwards, and TLS unless the operator does without. */
import { HiloError } from '../../shared/errors.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import { OutboundError, type OutboundFault } from '../outbound/outbound-error.ts';
import type { OutboundHttp, OutboundRequest, OutboundResponse } from '../outbound/outbound-http.ts';

export interface WebhookHttpOptions {
  readonly http: Pick<OutboundHttp, 'check' | 'send'>;
  readonly allowsHttp: boolean;
}

export class WebhookHttp {
  readonly #options: WebhookHttpOptions;

  constructor(options: WebhookHttpOptions) {
    this.#options = options;
  }

  /** Throws `webhook_refused` for what can never be sent to. Looks up no name. */
  check(url: string, locale: Locale): void {
    try {
      this.#check(url);
    } catch (cause) {
      if (!(cause instanceof OutboundError)) throw cause;
      const detail = WORDS[cause.fault]?.[locale] ?? cause.fault;
      throw new HiloError('webhook_refused', { values: { because: cause.fault, detail }, cause });
    }
  }

  /** Rejects with `OutboundError`. The settings may have changed since the job was submitted. */
  async send(request: OutboundRequest): Promise<OutboundResponse> {
    this.#check(request.url);
    return await this.#options.http.send(request);
  }

  #check(url: string): void {
    const { http, allowsHttp } = this.#options;
    http.check(url);
    if (!allowsHttp && URL.parse(url)?.protocol !== 'https:') {
      throw new OutboundError('url', 'Only https is allowed');
    }
  }
}

const WORDS: Partial<Record<OutboundFault, Localised>> = {
  url: {
    en: 'it must be an https URL without a password',
    es: 'debe ser una URL https sin contraseña',
  },
  port: { en: 'its port is not open here', es: 'su puerto no está permitido aquí' },
  address: {
    en: 'its name does not lead to a public address',
    es: 'su nombre no lleva a una dirección pública',
  },
};
