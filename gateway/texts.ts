/** What the gateway says to people over HTTP. */
import { ERRORS } from '../shared/errors.ts';
import type { Locale, Localised } from '../shared/locale.ts';

export const TEXTS = {
  page_not_built: {
    en: 'The page is not built yet. Run: npm run build',
    es: 'La página todavía no está construida. Ejecuta: npm run build',
  },
  not_found: {
    en: 'There is nothing here. The page is at /, the WebSocket at /ws',
    es: 'Aquí no hay nada. La página está en /, el WebSocket en /ws',
  },
  bad_request: {
    en: 'This request cannot be understood',
    es: 'No se entiende esta petición',
  },
  unknown_address: {
    en: 'There is nothing at this address',
    es: 'No hay nada en esta dirección',
  },
  method_not_allowed: {
    en: 'This address does not take {method}',
    es: 'Esta dirección no admite {method}',
  },
  body_too_large: {
    en: 'The body of a request may have at most {max} bytes',
    es: 'El cuerpo de una petición puede tener como máximo {max} bytes',
  },
  body_not_json: {
    en: 'The body must be a JSON object',
    es: 'El cuerpo debe ser un objeto JSON',
  },
  json_expected: {
    en: 'A request without a key, or with a cookie, must have the content type application/json',
    es: 'Una petición sin clave, o con una cookie, debe tener el tipo de contenido application/json',
  },
  member_twice: {
    en: '{param} is already part of the address',
    es: '{param} ya forma parte de la dirección',
  },
  member_missing: {
    en: '{param} is required',
    es: 'Falta {param}',
  },
  member_wrong: {
    en: '{param} has a value that is not accepted',
    es: '{param} tiene un valor que no se admite',
  },
  member_unsupported: {
    en: '{param} is not supported here',
    es: 'Aquí no se admite {param}',
  },
  only_get: {
    en: 'This address can only be read',
    es: 'Esta dirección solo se puede leer',
  },
  unknown_model: {
    en: 'model "{model}" not found',
    es: 'no se encontró el modelo «{model}»',
  },
  models_fixed: {
    en: 'The models of this server are managed by its operator, not through this API',
    es: 'Los modelos de este servidor los gestiona quien lo opera, no esta API',
  },
  idempotency_running: {
    en: 'A request with this Idempotency-Key is still in progress',
    es: 'Una petición con esta Idempotency-Key todavía está en curso',
  },
  idempotency_other: {
    en: 'This Idempotency-Key was used with another body',
    es: 'Esta Idempotency-Key se usó con otro cuerpo',
  },
  auth_required: ERRORS.auth_required.text,
  foreign_site: {
    en: 'A page of another site may not ask for this',
    es: 'Una página de otro sitio no puede pedir esto',
  },
  key_too_long: {
    en: 'That key is not valid',
    es: 'Esa clave no es válida',
  },
  server_lost: {
    en: 'The connection to the server broke; what was asked for may have been done',
    es: 'Se cortó la conexión con el servidor; puede que lo pedido se haya hecho',
  },
  timed_out: {
    en: 'The server took too long to answer',
    es: 'El servidor tardó demasiado en responder',
  },
  https_expected: {
    en: 'This port speaks HTTPS: the address begins with https://',
    es: 'Este puerto habla HTTPS: la dirección empieza por https://',
  },
  plain_expected: {
    en: 'This port speaks HTTP without TLS: the address begins with http://',
    es: 'Este puerto habla HTTP sin TLS: la dirección empieza por http://',
  },
  too_slow: {
    en: 'This request came too slowly',
    es: 'Esta petición llegó demasiado despacio',
  },
  head_too_large: {
    en: 'The head of this request is too large',
    es: 'La cabecera de esta petición es demasiado grande',
  },
  upgrade_required: {
    en: 'This address speaks WebSocket; the page is at /',
    es: 'Esta dirección habla WebSocket; la página está en /',
  },
  foreign_origin: {
    en: 'Pages of this origin may not connect here. ALLOWED_ORIGINS can allow it',
    es: 'Las páginas de este origen no pueden conectarse aquí. Se puede permitir con ALLOWED_ORIGINS',
  },
  full: {
    en: 'The gateway is full; try again soon',
    es: 'La pasarela está llena; inténtalo de nuevo en un momento',
  },
  address_full: {
    en: 'Too many connections from your address; try again soon',
    es: 'Demasiadas conexiones desde tu dirección; inténtalo de nuevo en un momento',
  },
  range: {
    en: 'There is no such part of this file',
    es: 'Este archivo no tiene esa parte',
  },
  draining: {
    en: 'The gateway is restarting; try again soon',
    es: 'La pasarela se está reiniciando; inténtalo de nuevo en un momento',
  },
  server_unreachable: {
    en: 'The server does not answer',
    es: 'El servidor no responde',
  },
  server_not_accepting: {
    en: 'The server accepts no messages: it is ending, or its ledger cannot be written',
    es: 'El servidor no acepta mensajes: está terminando o no puede escribir su registro contable',
  },
  failed: {
    en: 'Something failed on our side',
    es: 'Algo falló de nuestro lado',
  },
} as const satisfies Record<string, Localised>;

export type TextKey = keyof typeof TEXTS;

/** The language that Accept-Language (RFC 9110 §12.5.4) names first among ours, by weight. */
export function preferredLocale(acceptLanguage: string | undefined, fallback: Locale): Locale {
  const wanted = (acceptLanguage ?? '').split(',').map((entry) => {
    const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
    const weight = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
    return { language: tag.split('-')[0] ?? '', weight: Number(weight ?? 1) };
  });
  const best = wanted
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .find(({ language }) => language === 'es' || language === 'en');
  return best ? (best.language as Locale) : fallback;
}
