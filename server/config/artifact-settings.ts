/** Where images, summaries and the records of requests are kept. */
import { join } from 'node:path';
import type { z } from 'zod';
import { choice, decimal, flag, httpUrl, integer, key, list, path, text } from '../../shared/environment.ts';

const SERVICES = ['summarize', 'image', 'chat', 'job'] as const;
type Service = (typeof SERVICES)[number];

/** What stands for the name of the service in `S3_BUCKETS`. */
const SERVICE = '{service}';

export const ARTIFACT_VARIABLES = {
  /** Empty: `artifacts` in DATA_DIR. */
  ARTIFACTS_DIR: path().optional(),
  /** Such as `hilo-{service}`: S3 is used where it is set. */
  S3_BUCKETS: text()
    .refine((value) => value.includes(SERVICE), { error: `names with ${SERVICE} in them` })
    .optional(),
  /** Empty: AWS itself. */
  S3_ENDPOINT: httpUrl().optional(),
  S3_REGION: text().default('us-east-1'),
  S3_PATH_STYLE: flag().default(false),
  S3_ACCESS_KEY_ID: text().optional(),
  S3_SECRET_ACCESS_KEY: key().optional(),
  SIGNED_URL_SECONDS: integer(300, 600).default(300),
  /** Whose requests leave input, record and index. */
  HISTORY_FILES: list(choice(SERVICES)).default(['summarize', 'image', 'job']),
  HISTORY_PROMPTS: choice(['text', 'hash']).default('text'),
  /** Empty: records tell no US dollars. */
  USD_PER_CREDIT: decimal(0, 1_000).optional(),
  ARTIFACT_DAYS: integer(1, 36_500).default(180),
  RECORD_DAYS: integer(1, 36_500).default(365),
} as const;

type Values = z.output<z.ZodObject<typeof ARTIFACT_VARIABLES>> & { readonly DATA_DIR: string };

export function artifactSettings(values: Values, keys: string) {
  const { S3_BUCKETS: buckets, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = values;
  return {
    folder: values.ARTIFACTS_DIR ?? join(values.DATA_DIR, 'artifacts'),
    linkKeyFile: join(keys, 'links.key'),
    signedUrlSeconds: values.SIGNED_URL_SECONDS,
    s3:
      buckets === undefined
        ? undefined
        : {
            endpoint: values.S3_ENDPOINT,
            region: values.S3_REGION,
            isPathStyle: values.S3_PATH_STYLE,
            credentials:
              id === undefined || secret === undefined
                ? undefined
                : { accessKeyId: id, secretAccessKey: secret },
            signedUrlSeconds: values.SIGNED_URL_SECONDS,
            bucketOf: (service: Service) => buckets.replaceAll(SERVICE, service),
          },
    recorded: new Set<Service>(values.HISTORY_FILES),
    hidesPrompts: values.HISTORY_PROMPTS === 'hash',
    usdPerCredit: values.USD_PER_CREDIT,
    artifactDays: values.ARTIFACT_DAYS,
    recordDays: values.RECORD_DAYS,
  };
}
