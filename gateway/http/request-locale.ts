import type { FastifyRequest } from 'fastify';
import type { Locale } from '../../shared/locale.ts';
import { preferredLocale } from '../texts.ts';

/** `locale` is for clients that ask for no language. */
export function localeOf(request: FastifyRequest, { locale }: { readonly locale: Locale }): Locale {
  return preferredLocale(request.headers['accept-language'], locale);
}
