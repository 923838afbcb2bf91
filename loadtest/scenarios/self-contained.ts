/** Which stub and which limits each scenario wants when it brings its own server. */
import { startStack, type Stack } from '../stack/stack.ts';
import type { Options, ScenarioName } from './options.ts';

interface Setting {
  readonly stub: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const QUICK = ['--first-token-ms', '5'] as const;
/** Slow enough that a cut falls into the middle of an answer. */
const PACED = ['--first-token-ms', '10', '--tokens', '40', '--tokens-per-second', '400'] as const;
/** As a server is run for people: what floods and stalls must meet its real limits. */
const REAL_LIMITS = {
  RATE_MAX_MESSAGES: '10',
  RATE_WINDOW_SECONDS: '60',
  SESSION_GENERATIONS_MAX: '2',
} as const;

/**
 * The limits that end hostile peers, with less patience, so that a run takes seconds. The model has slots
 * for all: a slow reader keeps its slot until it is ended, and this scenario does not measure the queue. On
 * the text face long answers, many in a row, must be allowed: more than the kernel takes. What they ask with
 * is as long, and would take as long as the pace for bytes wants.
 */
const SHORT_LIMITS = {
  LIMIT_FLOOD_SECONDS_MAX: '2',
  LIMIT_WRITE_PROGRESS_MS: '2000',
  LIMIT_TEXT_FIRST_LINE_MS: '3000',
  LIMIT_JSON_FIRST_LINE_MS: '3000',
  LIMIT_LINE_BYTES_MAX_TEXT: '65536',
  LIMIT_INPUT_BYTES_PER_SECOND: '67108864',
  LIMIT_INPUT_BYTES_BURST: '67108864',
  RATE_MAX_MESSAGES: '100',
  RATE_WINDOW_SECONDS: '60',
  SESSION_GENERATIONS_MAX: '2',
  LLM_INPUT_TOKEN_BUDGET: '20000',
} as const;

const SETTINGS: Readonly<Record<ScenarioName, Setting>> = {
  chat: { stub: QUICK },
  idle: { stub: QUICK, environment: REAL_LIMITS },
  slow: {
    stub: QUICK,
    environment: { ...REAL_LIMITS, LLM_INPUT_TOKEN_BUDGET: '100000', LLM_MAX_OUTPUT_TOKENS: '100000' },
  },
  flood: { stub: QUICK, environment: REAL_LIMITS },
  hostile: { stub: QUICK, environment: SHORT_LIMITS },
  churn: { stub: PACED },
  soak: { stub: QUICK },
};

export function selfContained(options: Options): Promise<Stack> {
  const { stub, environment } = SETTINGS[options.scenario];
  return startStack({
    stub: ['--seed', String(options.seed), ...stub],
    ...(environment ? { environment } : {}),
  });
}
