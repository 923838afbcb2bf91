/**
 * The one table of failures (docs/errors.md is generated from it). `code` is the JSON-RPC error code and, for
 * application errors, also the WebSocket close code when the failure ends a connection (4000–4999 is the
 * application range of RFC 6455 §7.4.2). Codes are never reused.
 */
import { fill, type Locale, type Localised } from './locale.ts';

interface ErrorRow {
  readonly code: number;
  readonly http: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  readonly text: Localised;
}

const row = (code: number, http: number, retryable: boolean, en: string, es: string): ErrorRow => ({
  code,
  http,
  retryable,
  text: { en, es },
});

export const ERRORS = {
  parse_error: row(-32700, 400, false, 'That line is not valid JSON', 'Esa línea no es JSON válido'),
  invalid_request: row(
    -32600,
    400,
    false,
    'That is not a JSON-RPC 2.0 request: {detail}',
    'Eso no es una petición JSON-RPC 2.0: {detail}',
  ),
  unknown_operation: row(
    -32601,
    404,
    false,
    'There is no operation "{name}"',
    'No existe la operación «{name}»',
  ),
  invalid_params: row(-32602, 400, false, '{detail}', '{detail}'),
  internal: row(
    -32603,
    500,
    true,
    'Something failed on our side; the trace id leads to it in the log',
    'Algo falló de nuestro lado; el id de traza lo encuentra en el registro',
  ),
  auth_required: row(4001, 401, false, 'Sign in first', 'Primero inicia sesión'),
  auth_failed: row(4002, 401, false, 'That key is not valid', 'Esa clave no es válida'),
  auth_timeout: row(
    4003,
    408,
    true,
    'No first line came in {seconds} s',
    'No llegó la primera línea en {seconds} s',
  ),
  forbidden: row(4004, 403, false, 'You may not do that', 'No tienes permiso para eso'),
  line_too_long: row(
    4010,
    413,
    false,
    'A line may have at most {max} bytes; the rest of it was dropped',
    'Una línea puede tener como máximo {max} bytes; el resto se descartó',
  ),
  invalid_utf8: row(
    4011,
    400,
    false,
    'That line is not valid UTF-8 text, or contains a NUL',
    'Esa línea no es texto UTF-8 válido, o contiene un NUL',
  ),
  duplicate_id: row(
    4012,
    409,
    false,
    'A request with that id is still pending',
    'Todavía hay una petición pendiente con ese id',
  ),
  auth_expired: row(
    4013,
    401,
    false,
    'Your access token has expired; get a new one and authenticate again',
    'Tu token de acceso ha caducado; consigue otro y autentícate de nuevo',
  ),
  account_needed: row(
    4014,
    403,
    false,
    'That needs an account; sign in with an e-mail and a password',
    'Para eso hace falta una cuenta; inicia sesión con un correo y una contraseña',
  ),
  login_failed: row(
    4015,
    401,
    false,
    'The e-mail or the password is not right',
    'El correo o la contraseña no son correctos',
  ),
  login_blocked: row(
    4016,
    429,
    true,
    'Too many attempts; try again in {seconds} s',
    'Demasiados intentos; inténtalo de nuevo en {seconds} s',
  ),
  login_ended: row(
    4017,
    401,
    false,
    'That login has ended; sign in again',
    'Esa sesión ha terminado; vuelve a iniciarla',
  ),
  sign_up_closed: row(
    4018,
    403,
    false,
    'Only an administrator of this server can make accounts',
    'En este servidor solo un administrador puede crear cuentas',
  ),
  email_taken: row(
    4019,
    409,
    false,
    'There is an account with that e-mail; sign in, or use another one',
    'Ya hay una cuenta con ese correo; inicia sesión o usa otro',
  ),
  unknown_session: row(
    4020,
    410,
    false,
    'That session is gone; start a new one',
    'Esa sesión ya no existe; empieza una nueva',
  ),
  gap: row(
    4021,
    410,
    false,
    'Messages after {lastSeq} are no longer kept; start a new session',
    'Ya no se guardan los mensajes posteriores a {lastSeq}; empieza una sesión nueva',
  ),
  ack_ahead: row(
    4022,
    400,
    false,
    'Acknowledged {seq}, but only {sent} was sent',
    'Se confirmó {seq}, pero solo se envió hasta {sent}',
  ),
  session_begun: row(
    4023,
    409,
    false,
    'This connection already has a session; say hello only once, and resume before anything else',
    'Esta conexión ya tiene una sesión; saluda una sola vez y reanuda antes que nada',
  ),
  not_found: row(4030, 404, false, 'Not found: {what}', 'No se encontró: {what}'),
  conflict: row(
    4031,
    409,
    false,
    'That id was used before, with other content or with content that was erased',
    'Ese id ya se usó, con otro contenido o con contenido que se borró',
  ),
  message_too_long: row(
    4032,
    413,
    false,
    'The message has about {tokens} tokens; at most {budget} fit. Shorten or split it',
    'El mensaje tiene unos {tokens} tokens; caben {budget} como máximo. Acórtalo o divídelo',
  ),
  insufficient_credits: row(
    4040,
    402,
    false,
    'Not enough credits: {balance} left, {need} needed',
    'Créditos insuficientes: quedan {balance}, hacen falta {need}',
  ),
  address_credits_used: row(
    4042,
    402,
    true,
    'Your network address has no more free credits for you at the moment: it gets {credits} in 24 hours ' +
      'for everyone who shares it. More come in {hours} h; the operator of this server can give you some now',
    'Tu dirección de red no tiene más créditos gratuitos para ti por ahora: recibe {credits} cada 24 horas ' +
      'para todos los que la comparten. Habrá más en {hours} h; el operador de este servidor puede darte ' +
      'algunos ya',
  ),
  refund_too_high: row(
    4041,
    409,
    false,
    'Entry #{settle} charged {charged}; its refunds may not add up to more',
    'El asiento n.º {settle} cobró {charged}; sus devoluciones no pueden sumar más',
  ),
  too_many_versions: row(
    4060,
    409,
    false,
    'A message has at most {max} versions here; send a new one',
    'Un mensaje tiene como máximo {max} versiones aquí; envía uno nuevo',
  ),
  too_many_kept: row(
    4065,
    409,
    false,
    'You have {max} of those already, the most that are kept; delete one first',
    'Ya tienes {max}, lo máximo que se guarda; elimina antes alguno',
  ),
  reset_failed: row(
    4052,
    410,
    false,
    'That link was used before or is too old; ask for another one',
    'Ese enlace ya se usó o ha caducado; pide otro',
  ),
  password_wrong: row(4050, 403, false, 'That is not your password', 'Esa no es tu contraseña'),
  plain_login: row(
    4058,
    403,
    false,
    'From another machine a password would travel unencrypted, so this port takes none; sign in on the ' +
      'page, or with an API key: /login KEY',
    'Desde otra máquina una contraseña viajaría sin cifrar, así que este puerto no admite ninguna; inicia ' +
      'sesión en la página o con una clave de API: /login CLAVE',
  ),
  import_refused: row(
    4066,
    422,
    false,
    'That cannot be imported: {place}: {detail}',
    'Eso no se puede importar: {place}: {detail}',
  ),
  conversation_closed: row(
    4067,
    409,
    false,
    'This conversation is closed; reopen it first',
    'Esta conversación está cerrada; reábrela primero',
  ),
  context_length_exceeded: row(
    4070,
    400,
    false,
    'The messages have about {tokens} tokens; this model takes at most {budget} beside its answer',
    'Los mensajes tienen unos {tokens} tokens; este modelo admite {budget} como máximo además de su respuesta',
  ),
  unsupported: row(
    4071,
    400,
    false,
    'The model {route} does not support {what}',
    'El modelo {route} no admite {what}',
  ),
  upstream_refused: row(
    4072,
    400,
    false,
    'The model server does not accept this request: {detail}',
    'El servidor del modelo no acepta esta petición: {detail}',
  ),
  rate_limited: row(
    4101,
    429,
    true,
    'Too many messages; try again in {seconds} s',
    'Demasiados mensajes; inténtalo de nuevo en {seconds} s',
  ),
  too_many_pending: row(
    4102,
    429,
    true,
    'At most {max} at once here; wait for an answer',
    'Como máximo {max} a la vez aquí; espera una respuesta',
  ),
  server_full: row(
    4103,
    503,
    true,
    'The server is full; try again in {seconds} s',
    'El servidor está lleno; inténtalo de nuevo en {seconds} s',
  ),
  slow_consumer: row(
    4104,
    408,
    true,
    'You read too slowly; the connection ends, but the session can be resumed',
    'Lees demasiado despacio; la conexión termina, pero la sesión se puede reanudar',
  ),
  draining: row(
    4105,
    503,
    true,
    'The server is restarting; try again in {seconds} s',
    'El servidor se está reiniciando; inténtalo de nuevo en {seconds} s',
  ),
  idle_timeout: row(4106, 408, true, 'Nothing happened for a long time', 'No pasó nada durante mucho tiempo'),
  queue_full: row(
    4107,
    503,
    true,
    'Too many people are waiting; try again in {seconds} s',
    'Hay demasiada gente esperando; inténtalo de nuevo en {seconds} s',
  ),
  flooding: row(
    4108,
    429,
    true,
    'Commands came too fast for too long',
    'Los comandos llegaron demasiado rápido durante demasiado tiempo',
  ),
  superseded: row(
    4109,
    409,
    false,
    'This session continues in a newer connection',
    'Esta sesión continúa en una conexión más reciente',
  ),
  address_limit: row(
    4111,
    429,
    true,
    'Too many connections from your address; try again in {seconds} s',
    'Demasiadas conexiones desde tu dirección; inténtalo de nuevo en {seconds} s',
  ),
  protocol_violation: row(
    4110,
    400,
    false,
    'This port speaks lines, not {what}; the page is on the gateway',
    'Este puerto habla por líneas, no {what}; la página está en la pasarela',
  ),
  proxy_header: row(
    4112,
    400,
    false,
    'This port expects a PROXY protocol header first; people and programs use the other port',
    'Este puerto espera primero una cabecera PROXY; las personas y los programas usan el otro puerto',
  ),
  too_many_requests: row(
    4113,
    429,
    true,
    'Too many requests from your address; try again in {seconds} s',
    'Demasiadas peticiones desde tu dirección; inténtalo de nuevo en {seconds} s',
  ),
  cancelled: row(4201, 499, false, 'Cancelled', 'Cancelado'),
  upstream_failed: row(4202, 502, true, 'The model failed to answer', 'El modelo no pudo responder'),
  upstream_timeout: row(
    4203,
    504,
    true,
    'The model took too long to answer',
    'El modelo tardó demasiado en responder',
  ),
  empty_answer: row(
    4204,
    502,
    true,
    'The model gave no answer: {detail}',
    'El modelo no dio ninguna respuesta: {detail}',
  ),
  ledger_unavailable: row(
    4300,
    503,
    true,
    'The ledger cannot be written; no message is accepted until an operator has fixed it',
    'No se puede escribir el registro contable; no se aceptan mensajes hasta que un operador lo arregle',
  ),
  store_unavailable: row(
    4301,
    503,
    true,
    'The server cannot reach its store; try again in {seconds} s',
    'El servidor no puede acceder a su almacén; inténtalo de nuevo en {seconds} s',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorKey = keyof typeof ERRORS;
export type ErrorValues = Readonly<Record<string, string | number>>;

export interface HiloErrorOptions {
  /** Values for the placeholders of the row's text. */
  readonly values?: ErrorValues;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The only error that clients see. Any other error that reaches a face is reported as `internal`. */
export class HiloError extends Error {
  readonly key: ErrorKey;
  readonly values: ErrorValues;
  readonly retryAfterMs: number | undefined;

  constructor(key: ErrorKey, options: HiloErrorOptions = {}) {
    super(errorText(key, 'en', options.values), { cause: options.cause });
    this.name = 'HiloError';
    this.key = key;
    this.values = options.values ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function errorText(key: ErrorKey, locale: Locale, values: ErrorValues = {}): string {
  return fill(ERRORS[key].text[locale], values);
}

/** Any thrown value as a `HiloError`; what was not one becomes `internal`, with the original as its cause. */
export function toHiloError(thrown: unknown): HiloError {
  return thrown instanceof HiloError ? thrown : new HiloError('internal', { cause: thrown });
}
