/**
 * The one way in which processes read their configuration. A zod object schema names the variables; every
 * fault is found at once and reported for its variable: what was expected, what was found. An empty value
 * counts as unset.
 *
 *     const config = readEnvironment(z.object({ WS_PORT: port().default(8765) }), process.env);
 */
import { homedir } from 'node:os';
import { z } from 'zod';
import { LOCALES, type Locale } from './locale.ts';
import { AddressRanges, isAddress, parseRange } from './ip-address.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentFault {
  readonly name: string;
  readonly expected: string;
  /** The value as shown to the operator: quoted, shortened, or hidden when it is a secret. */
  readonly found: string;
}

/** A fault and all the variables that it concerns; the first one is named in the message. */
export interface CrossFault extends EnvironmentFault {
  readonly others: readonly string[];
}

/** Its message lists all faults, one on each line, in the order of the schema. */
export class EnvironmentError extends Error {
  readonly faults: readonly EnvironmentFault[];

  constructor(faults: readonly EnvironmentFault[]) {
    const lines = faults.map(
      ({ name, expected, found }) => `  ${name}: expected ${expected}, found ${found}`,
    );
    super(['The configuration has faults:', ...lines].join('\n'));
    this.name = 'EnvironmentError';
    this.faults = faults;
  }
}

/** Deeply frozen settings. Variables that the schema does not name are ignored. Throws `EnvironmentError`. */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): Readonly<z.output<Schema>> {
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .map((name) => [name, environment[name]] as const)
      .filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const result = schema.safeParse(given);
  if (!result.success) throw new EnvironmentError(faultsOf(schema, given, result.error));
  return deepFreeze(result.data);
}

/** A TCP port; 0 lets the system choose one. */
export function port() {
  return integer(0, 65_535);
}

/** An IP address or a host name, without scheme and port. */
export function host() {
  return parsed('a host name or an IP address', (text) => (isHost(text) ? text : undefined));
}

export function integer(min: number, max: number) {
  return parsed(`a whole number from ${min} to ${max}`, (text) => {
    const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

export function decimal(min: number, max: number) {
  return parsed(`a number from ${min} to ${max}`, (text) => {
    const value = /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** A duration in seconds, with decimals if need be. */
export function seconds(min: number, max: number) {
  return parsed(`seconds, from ${min} to ${max}`, (text) => {
    const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

export function flag() {
  const values = new Map([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ]);
  return parsed('true or false', (text) => values.get(text.toLowerCase()));
}

export function choice<const Value extends string>(values: readonly Value[]) {
  const same = (text: string) => values.find((value) => value === text.toLowerCase());
  return parsed(`one of ${values.join(', ')}`, same);
}

/** A language, also in the form of `LANG`, such as `es_ES.UTF-8`. */
export function locale() {
  return parsed(`one of ${LOCALES.join(', ')}`, localeOf);
}

export function localeOf(text: string): Locale | undefined {
  const language = /^([a-z]+)(?:[_.@-]|$)/i.exec(text)?.[1]?.toLowerCase() ?? '';
  return LOCALES.find((each) => each === (NO_LANGUAGE.has(language) ? 'en' : language));
}

/** What `LANG` says for a machine without a language. */
const NO_LANGUAGE: ReadonlySet<string> = new Set(['c', 'posix']);

/** A path; `~/` at its beginning is the home folder, which no shell has put in place of it in a `.env`. */
export function path() {
  return parsed('a path', expandHome);
}

export function expandHome(text: string): string {
  return /^~(?:\/|$)/.test(text) ? homedir() + text.slice(1) : text;
}

/** A PostgreSQL URL; it may hold a password, so no fault report shows it. */
export function databaseUrl() {
  return parsed('a URL such as postgres://USER:PASSWORD@HOST/DATABASE', (text) => {
    const url = URL.parse(text);
    const isDatabase = /^postgres(?:ql)?:$/.test(url?.protocol ?? '') && (url?.pathname.length ?? 0) > 1;
    return isDatabase ? text : undefined;
  }).meta({ secret: true });
}

export function text() {
  return parsed('a text', (value) => value);
}

/** A key for an HTTP header. No fault report shows it. */
export function key() {
  const expected = 'a key of visible ASCII characters: no spaces, line ends or typographic quotes';
  return parsed(expected, (value) => (isKey(value) ? value : undefined)).meta({ secret: true });
}

export function isKey(value: string): boolean {
  return /^[!-~]+$/.test(value);
}

/** JSON of a given shape. */
export function json<Shape extends z.ZodType>(shape: Shape) {
  return z.string().transform((value, context) => {
    try {
      const result = shape.safeParse(JSON.parse(value));
      if (result.success) return result.data;
      const [issue] = result.error.issues;
      const place = issue?.path.join('.') ?? '';
      context.addIssue({
        code: 'custom',
        message: `JSON of the right shape (${place}: ${issue?.message ?? ''})`,
      });
    } catch {
      context.addIssue({ code: 'custom', message: 'JSON' });
    }
    return z.NEVER;
  });
}

/** An http or https URL; a slash at its end is dropped. */
export function httpUrl() {
  return parsed('a URL that begins with http:// or https://', (value) => {
    return isHttpUrl(value) ? value.replace(/\/+$/, '') : undefined;
  });
}

/**
 * Where Ollama is, in any form that its own `OLLAMA_HOST` takes: a host, with or without a port, or a URL.
 * `0.0.0.0`, on which a server listens everywhere, is this machine to a client.
 */
export function ollamaUrl() {
  return parsed('a host, a host with a port, or a URL that begins with http:// or https://', (value) => {
    const hasScheme = value.includes('://');
    const url = URL.parse(hasScheme ? value : `http://${value.replace(/^(?=:\d)/, '127.0.0.1')}`);
    if (!url || !/^https?:$/.test(url.protocol) || !isHost(url.hostname.replace(/^\[|\]$/g, '')))
      return undefined;
    if (!hasScheme && !/:\d+$/.test(value.replace(/[/?#].*$/, ''))) url.port = OLLAMA_PORT;
    if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
    if (url.hostname === '[::]') url.hostname = '[::1]';
    return url.href.replace(/\/+$/, '');
  });
}

const OLLAMA_PORT = '11434';

export function isHttpUrl(value: string): boolean {
  return /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}

/** Values with commas between them; each is judged by `piece`. Spaces around a value are dropped. */
export function list<Piece extends z.ZodType<unknown, string>>(piece: Piece) {
  return z
    .string()
    .transform((value) => value.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
    .pipe(z.array(piece));
}

/** Addresses and ranges, such as `127.0.0.0/8,::1`. */
export function cidrList() {
  const range = parsed('an IP address or a range such as 10.0.0.0/8', parseRange);
  return list(range).transform((ranges) => new AddressRanges(ranges));
}

/** Required unless `.default(…)` or `.optional()` is added. */
export function parsed<Value>(expected: string, parse: (text: string) => Value | undefined) {
  return z.string({ error: expected }).transform((text, context) => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

function isHost(text: string): boolean {
  if (isAddress(text)) return true;
  const label = /^(?!-)[\dA-Za-z_-]{1,63}(?<!-)$/;
  return text.length <= 253 && !/^[\d.]+$/.test(text) && text.split('.').every((part) => label.test(part));
}

function faultsOf(schema: z.ZodObject, given: Environment, error: z.ZodError): EnvironmentFault[] {
  const names = Object.keys(schema.shape);
  const faults = error.issues.map(({ path, message }) => {
    const name = String(path[0] ?? '');
    return { name, expected: message, found: shown(name, given[name], schema.shape[name]) };
  });
  const unique = faults.filter((fault, index) => {
    return (
      faults.findIndex(({ name, expected }) => name === fault.name && expected === fault.expected) === index
    );
  });
  return unique.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

const SHOWN_CHARACTERS_MAX = 80;

function shown(name: string, value: string | undefined, schema: z.core.$ZodType | undefined): string {
  if (value === undefined) return 'nothing';
  if (isSecret(name, schema)) return 'a value that is not shown';
  const safe = value.replace(/\/\/[^/@]*@/, '//***@');
  const cut = safe.length > SHOWN_CHARACTERS_MAX ? `${safe.slice(0, SHOWN_CHARACTERS_MAX)}…` : safe;
  return JSON.stringify(cut);
}

/** A secret by its piece, also under `.optional()` and the like, or by the habits of naming. */
function isSecret(name: string, schema: z.core.$ZodType | undefined): boolean {
  if (/(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)$/.test(name)) return true;
  let inner: unknown = schema;
  while (inner instanceof z.ZodType) {
    if (inner.meta()?.['secret'] === true) return true;
    inner = 'innerType' in inner.def ? inner.def.innerType : undefined;
  }
  return false;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
