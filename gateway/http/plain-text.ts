/** Answers for people who look at an address that is neither the page nor the API. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Locale, Localised } from '../../shared/locale.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { preferredLocale, TEXTS, type TextKey } from '../texts.ts';

export class PlainText {
  readonly #locale: Locale;

  /** `locale` is for clients that ask for no language. */
  constructor(locale: Locale) {
    this.#locale = locale;
  }

  localeFor(request: FastifyRequest): Locale {
    return preferredLocale(request.headers['accept-language'], this.#locale);
  }

  say(request: FastifyRequest, reply: FastifyReply, key: TextKey): FastifyReply {
    return this.sayText(request, reply, TEXTS[key]);
  }

  sayText(request: FastifyRequest, reply: FastifyReply, text: Localised): FastifyReply {
    const locale = this.localeFor(request);
    if (reply.statusCode === 503) reply.header('retry-after', GATEWAY_LIMITS.retryAfterSeconds);
    reply.header('content-language', locale).header('vary', 'accept-language');
    return reply.send(plain(reply, text[locale]));
  }
}

export function plain(reply: FastifyReply, text: string): string {
  reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
  return `${text}\n`;
}
