/** Where traces and reports of errors go, under the names that OpenTelemetry and Sentry have for it. */
import type { z } from 'zod';
import { choice, decimal, httpUrl, integer, parsed, text } from '../../shared/environment.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export const TELEMETRY_VARIABLES = {
  /** Such as `http://127.0.0.1:4318`, to which `/v1/traces` is added. Empty: there are no traces. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
  /** `name=value`, with commas between them; values as in a URL. */
  OTEL_EXPORTER_OTLP_HEADERS: headers().default({}),
  OTEL_SERVICE_NAME: text().default('hilo'),
  OTEL_TRACES_SAMPLER: choice(SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: decimal(0, 1).default(1),
  /** `https://KEY@HOST/PROJECT`. Empty: errors are only logged. */
  SENTRY_DSN: dsn().optional(),
  /** Where the operator is told of alerts. Empty: nowhere. */
  ALERT_WEBHOOK_URL: httpUrl().optional(),
  ALERT_WEBHOOK_SECRET: webhookSecret().optional(),
  /** Credits that the whole server spends in an hour, from which on there is an alert. */
  ALERT_CREDITS_PER_HOUR: integer(1, Number.MAX_SAFE_INTEGER).optional(),
} as const;

type Values = z.output<z.ZodObject<typeof TELEMETRY_VARIABLES>> & {
  readonly USD_PER_CREDIT?: number | undefined;
  readonly LOG_CONTENT: boolean;
};

export type SamplerName = (typeof SAMPLERS)[number];

export interface TraceSettings {
  /** Of the collector, for traces. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly sampler: SamplerName;
  /** Of the traces that `traceidratio` takes. */
  readonly ratio: number;
  readonly usdPerCredit: number | undefined;
  readonly hasContent: boolean;
}

/** Undefined where no collector is named. */
export function traceSettings(values: Values): TraceSettings | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = values;
  if (endpoint === undefined) return undefined;
  return {
    url: `${endpoint}/v1/traces`,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: values.OTEL_SERVICE_NAME,
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
    usdPerCredit: values.USD_PER_CREDIT,
    hasContent: values.LOG_CONTENT,
  };
}

/** Keys are among them: no fault report shows a value. */
function headers() {
  const expected = 'headers as NAME=VALUE, with commas between them';
  return parsed(expected, headersIn).meta({ secret: true });
}

function headersIn(value: string): Readonly<Record<string, string>> | undefined {
  const pairs = value.split(',').map((pair) => /^\s*([\w-]+)\s*=\s*([!-~ ]*?)\s*$/.exec(pair));
  const entries = pairs.map((match) => [match?.[1]?.toLowerCase(), decoded(match?.[2])] as const);
  if (entries.some(([name, text_]) => name === undefined || text_ === undefined)) return undefined;
  return Object.fromEntries(entries) as Record<string, string>;
}

function decoded(value: string | undefined): string | undefined {
  try {
    const plain = decodeURIComponent(value ?? '%');
    return /^[ -~]*$/.test(plain) ? plain : undefined;
  } catch {
    return undefined;
  }
}

function webhookSecret() {
  return parsed('whsec_ and 24 to 64 bytes in Base64', (value) => {
    const [, base64] = /^whsec_([A-Za-z\d+/]+={0,2})$/.exec(value) ?? [];
    const length = Buffer.from(base64 ?? '', 'base64').length;
    return length >= 24 && length <= 64 ? value : undefined;
  }).meta({ secret: true });
}

function dsn() {
  return parsed('a DSN such as https://KEY@HOST/PROJECT', (value) => {
    const url = URL.parse(value);
    const isDsn = /^https?:$/.test(url?.protocol ?? '') && /^\w+$/.test(url?.username ?? '');
    return isDsn && /\/\d+$/.test(url?.pathname ?? '') ? value : undefined;
  }).meta({ secret: true });
}
