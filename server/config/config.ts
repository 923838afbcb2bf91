/** The server's settings: environment variables, one schema, all faults at once. */
import { z } from 'zod';
import {
  choice,
  cidrList,
  databaseUrl,
  decimal,
  flag,
  host,
  httpUrl,
  integer,
  json,
  key,
  locale,
  ollamaUrl,
  path,
  port,
  readEnvironment,
  text,
  EnvironmentError,
  type CrossFault,
  type Environment,
  type EnvironmentFault,
} from '../../shared/environment.ts';
import { ARTIFACT_VARIABLES } from './artifact-settings.ts';
import type { Helplines } from './helplines.ts';
import { checkSettings } from './config-checks.ts';
import { PricesSchema } from './prices.ts';
import { helplinesFile, modelsFile, personasFile, signOnFile, textFile } from './file-setting.ts';
import { email, password, passwordFile } from './account-setting.ts';
import type { ModelsFile } from './models-file.ts';
import type { Persona } from './personas-file.ts';
import { signOnFaults, type IssuerSetting } from './sign-on-file.ts';
import { keyFaults, modelsOfFile, modelsOfVariables, type ModelSettings } from './model-settings.ts';
import { BACKOFF_MAX_MS, LIMITS, type Limits } from '../../shared/limits.ts';
import { allowedHosts, portList } from './outbound-setting.ts';
import { USAGE_VARIABLES } from './usage-settings.ts';
import { TELEMETRY_VARIABLES } from './telemetry-settings.ts';
import { isTimeZone } from '../support/periods.ts';
import { witnessList } from './witness-setting.ts';

/** Limits with a name of their own; every other one is `LIMIT_` and its name, as in `LIMIT_SNIFF_MS`. */
const LIMIT_NAMES: Partial<Record<keyof typeof LIMITS, string>> = {
  messagesPerWindow: 'RATE_MAX_MESSAGES',
  messagesPerWindowUser: 'RATE_MAX_MESSAGES_USER',
  windowSeconds: 'RATE_WINDOW_SECONDS',
  connectionsMax: 'CONNECTIONS_MAX',
  addressConnectionsMax: 'ADDRESS_CONNECTIONS_MAX',
  addressConnectsPerSecond: 'ADDRESS_CONNECTS_PER_SECOND',
  generationsMax: 'SESSION_GENERATIONS_MAX',
  maxInFlight: 'MAX_IN_FLIGHT',
  llmQueueMax: 'LLM_QUEUE_MAX',
  llmInputTokens: 'LLM_INPUT_TOKEN_BUDGET',
  llmOutputTokens: 'LLM_MAX_OUTPUT_TOKENS',
  llmFirstTokenSeconds: 'LLM_TIMEOUT_SECONDS',
};

/** A limit of zero would mean that nothing works; a limit above this would mean that there is no limit. */
const LIMIT_MIN = 1;
const LIMIT_MAX = 10_000_000_000;

export function limitVariable(name: keyof typeof LIMITS): string {
  return LIMIT_NAMES[name] ?? `LIMIT_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
}

const LIMIT_KEYS = Object.keys(LIMITS) as (keyof typeof LIMITS)[];

const Settings = z.object({
  APP_HOST: host().default('127.0.0.1'),
  APP_PORT: port().default(5001),
  /** Not `APP_HOST`: anyone who can reach the gateway's port can claim any address. */
  APP_PROXY_HOST: host().default('127.0.0.1'),
  /** Connections on this port begin with a PROXY protocol header; the gateway uses it. */
  APP_PROXY_PORT: port().default(5002),
  /** Lines over TLS, for people and programs; empty: there is no such port. */
  TLS_PORT: port().optional(),
  TLS_HOST: host().default('127.0.0.1'),
  TLS_CERT_FILE: path().optional(),
  TLS_KEY_FILE: path().optional(),
  /** Whether the gateway's port speaks TLS, too. */
  APP_PROXY_TLS: flag().default(false),
  /** Addresses that must send a PROXY protocol header on `APP_PORT` too. */
  PROXY_PROTOCOL_FROM: cidrList().prefault(''),
  /** Addresses that the limits for each address do not count. */
  ADDRESS_LIMIT_EXEMPT: cidrList().prefault('127.0.0.0/8,::1'),
  METRICS_HOST: host().default('127.0.0.1'),
  METRICS_PORT: port().default(9464),
  /** `postgres://…`: the database instead of SQLite in the data directory. */
  DATABASE_URL: databaseUrl().optional(),
  /** For the ledger, the keys and the texts of conversations. */
  DATA_DIR: path().default('./data'),
  HILO_LOCALE: locale().default('en'),
  LLM_PROVIDER: choice(['auto', 'ollama', 'openai', 'offline']).default('auto'),
  OLLAMA_HOST: ollamaUrl().default('http://127.0.0.1:11434'),
  OLLAMA_MODEL: text().default('qwen2.5:3b-instruct'),
  OPENAI_BASE_URL: httpUrl().optional(),
  OPENAI_API_KEY: key().optional(),
  OPENAI_MODEL: text().optional(),
  /** Several model servers and their routes (docs/models.md), instead of the variables above. */
  MODELS_FILE: modelsFile().optional(),
  /** This key alone is enough to use Groq. */
  GROQ_API_KEY: key().optional(),
  LLM_TEMPERATURE: decimal(0, 2).default(0.7),
  LLM_TOP_P: decimal(0, 1).default(0.9),
  LLM_MAX_RETRIES: integer(0, 10).default(3),
  LLM_BACKOFF_INITIAL_MS: integer(1, BACKOFF_MAX_MS).default(2_000),
  SYSTEM_PROMPT_FILE: textFile().optional(),
  HELPLINES_FILE: helplinesFile().optional(),
  /** The route that is asked for titles of conversations; empty: titles are the first words. */
  TITLE_ROUTE: text().optional(),
  /** What conversations may be told to be (docs/conversations.md). */
  PERSONAS_FILE: personasFile().optional(),
  /** The pause between the pieces of an answer of the offline companion. */
  COMPANION_DELAY_MS: integer(0, 1_000).default(15),
  /** Of one request that does not fit into a line, such as an import. */
  UPLOAD_BYTES_MAX: integer(1024 * 1024, 256 * 1024 * 1024).default(20 * 1024 * 1024),
  /** Of a file that is kept for a batch. */
  BATCH_BYTES_MAX: integer(1024 * 1024, 400 * 1024 * 1024).default(200 * 1024 * 1024),
  ...ARTIFACT_VARIABLES,
  ...USAGE_VARIABLES,
  ...TELEMETRY_VARIABLES,
  /** Texts that are older are deleted; empty: they are kept. */
  RETENTION_DAYS: integer(1, 36_500).optional(),
  /** Names the ledger in its checkpoints; it cannot be changed later. */
  LEDGER_ORIGIN: text()
    .refine((value) => /^[!#-*,-[\]-~]{1,100}$/.test(value), {
      error: 'ASCII without spaces, +, quotes and backslashes',
    })
    .default('hilo'),
  /** In which days, weeks and months of budgets begin; a name of the IANA database. */
  TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'the name of a time zone, such as America/Santiago')
    .default('UTC'),
  /** Given to each guest in all, in portions. */
  ANONYMOUS_CREDITS: integer(0, 1_000_000_000).default(20_000),
  /** Given to all guests of one address in 24 hours. */
  ANONYMOUS_CREDITS_PER_ADDRESS: integer(0, 1_000_000_000).default(60_000),
  /** What a new user starts with, gifts to the guest before counted. */
  SIGNUP_CREDITS: integer(0, 1_000_000_000).default(20_000),
  /** Given to all new users of one address in 24 hours. */
  SIGNUP_CREDITS_PER_ADDRESS: integer(0, 1_000_000_000).default(60_000),
  /** Whether visitors may make accounts. */
  ALLOW_SIGNUP: flag().default(true),
  /** Other providers by which people sign on (docs/sign-on.md). */
  SIGN_ON_FILE: signOnFile().optional(),
  /** Where browsers find the page. */
  PUBLIC_URL: httpUrl().optional(),
  /** Whether people without an account may chat. */
  ALLOW_ANONYMOUS: flag().default(true),
  /** Whether passwords may be typed on the text face from other machines. */
  ALLOW_PLAIN_LOGIN: flag().default(false),
  /** The first administrator, made at a start while there is none. */
  ADMIN_EMAIL: email().optional(),
  ADMIN_PASSWORD: password().optional(),
  ADMIN_PASSWORD_FILE: passwordFile().optional(),
  /** JSON: model → {input, output}, credits for each token; "*" for every other model. */
  MODEL_PRICES: json(PricesSchema).prefault('{}'),
  /** `URL=VKEY`, with commas between them: who else signs the ledger's checkpoints (docs/witness.md). */
  WITNESSES: witnessList().default([]),
  /** Where requests to URLs that people name may lead: pages to summarise. */
  OUTBOUND_PORTS: portList().default([80, 443]),
  /** Hosts that are reached although their addresses are private. */
  OUTBOUND_ALLOW: allowedHosts().default([]),
  /** Whether webhooks may be sent without TLS. */
  WEBHOOKS_ALLOW_HTTP: flag().default(false),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_CONTENT: flag().default(false),
});

const LimitSettings = z.object(
  Object.fromEntries(
    LIMIT_KEYS.map((name) => [limitVariable(name), integer(LIMIT_MIN, LIMIT_MAX).default(LIMITS[name])]),
  ),
);

const Schema = Settings.extend(LimitSettings.shape);

type Values = z.output<typeof Settings>;

export type ServerConfig = Readonly<Omit<Values, FileVariable>> & {
  readonly limits: Limits;
  /** The text of `SYSTEM_PROMPT_FILE`. */
  readonly systemPrompt: string | undefined;
  /** The contents of `HELPLINES_FILE`. */
  readonly helplines: Helplines | undefined;
  /** Of `PERSONAS_FILE`. */
  readonly personas: readonly Persona[];
  /** Of `SIGN_ON_FILE`. */
  readonly issuers: readonly Issuer[];
  /** Of `MODELS_FILE`, or of the variables of one model server each. */
  readonly models: ModelSettings;
};

/** With its secret, if it has one. */
export type Issuer = IssuerSetting & { readonly secret: string | undefined };

/** These members contain what is in the file, under another name. */
type FileVariable =
  'SYSTEM_PROMPT_FILE' | 'HELPLINES_FILE' | 'MODELS_FILE' | 'PERSONAS_FILE' | 'SIGN_ON_FILE';

/** Names of all the variables that the server reads, in the order of the schema. */
export const SERVER_VARIABLES: readonly string[] = Object.keys(Schema.shape);

/** Throws `EnvironmentError` with every fault: of a variable, of a file, of variables together. */
export function readServerConfig(environment: Environment): ServerConfig {
  const [read, faults] = readOrFaults(environment);
  const faulty = new Set(faults.map(({ name }) => name));
  // Combinations of valid variables are checked even when other variables have faults.
  const others = Object.fromEntries(Object.entries(environment).filter(([name]) => !faulty.has(name)));
  const { config, file } = read ?? settingsOf(others);
  const { issuers, PUBLIC_URL: publicUrl } = config;
  const all = [
    ...crossFaults(config, environment),
    ...(file ? keyFaults(file, environment) : []),
    ...signOnFaults({ issuers, publicUrl }, environment),
  ];
  const together = all.filter(({ name, others: involved }) =>
    [name, ...involved].every((one) => !faulty.has(one)),
  );
  if (!read || together.length > 0) throw new EnvironmentError([...faults, ...together]);
  return config;
}

interface Read {
  readonly config: ServerConfig;
  readonly file: ModelsFile | undefined;
}

function readOrFaults(environment: Environment): [Read | undefined, readonly EnvironmentFault[]] {
  try {
    return [settingsOf(environment), []];
  } catch (error) {
    if (error instanceof EnvironmentError) return [undefined, error.faults];
    throw error;
  }
}

function settingsOf(environment: Environment): Read {
  const values = readEnvironment(Schema, environment) as Values & Record<string, number>;
  const { SYSTEM_PROMPT_FILE, HELPLINES_FILE, PERSONAS_FILE, SIGN_ON_FILE, ...others } = values;
  const { MODELS_FILE: file, ...settings } = others;
  const limits = Object.freeze(
    Object.fromEntries(LIMIT_KEYS.map((name) => [name, values[limitVariable(name)]])),
  ) as Limits;
  const models = file ? modelsOfFile(file, limits, environment) : modelsOfVariables({ ...settings, limits });
  const personas = PERSONAS_FILE ?? [];
  const issuers = (SIGN_ON_FILE ?? []).map((issuer) => {
    return { ...issuer, secret: environment[issuer.secretVariable ?? '']?.trim() };
  });
  const files = { systemPrompt: SYSTEM_PROMPT_FILE, helplines: HELPLINES_FILE, personas, issuers };
  return { config: Object.freeze({ ...settings, ...files, limits, models }), file };
}

function crossFaults(config: ServerConfig, environment: Environment): CrossFault[] {
  const isSet = (name: string) => (environment[name] ?? '').trim() !== '';
  return checkSettings(config, { variable: limitVariable, isSet });
}
