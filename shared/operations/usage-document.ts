/** An event as services of the operator know it: what comes in goes out unchanged. */
import { z } from 'zod';
import { Moment } from './usage-shapes.ts';

const Name = z.string().max(200);
const Count = z.int().min(0).max(1_000_000_000_000);

export const EVENT_META_BYTES_MAX = 4_096;

export const UsageDocument = z.strictObject({
  ts: Moment,
  userId: z.string().min(1).max(254),
  username: Name.optional(),
  service: Name.min(1),
  action: Name.optional(),
  requestId: z.string().min(1).max(200),
  provider: Name.optional(),
  model: Name.optional(),
  latencyMs: z.number().min(0).max(1_000_000_000).optional(),
  /** `ok`, `success`, a status of HTTP below 400, or none is an answer; anything else is an error. */
  status: z.union([Name, z.int()]).optional(),
  tokens: z.strictObject({ in: Count.optional(), out: Count.optional() }).optional(),
  size: z.strictObject({ inputBytes: Count.optional(), outputBytes: Count.optional() }).optional(),
  cost: z.strictObject({ usd: z.number().min(0).max(1_000_000).optional() }).optional(),
  /** Whatever else the service knows, 4 KiB of JSON at most. */
  meta: z.record(z.string(), z.unknown()).optional(),
});

export type UsageDocumentValue = z.output<typeof UsageDocument>;

export const EXAMPLE_DOCUMENT = {
  ts: '2026-11-30T12:00:00.000Z',
  userId: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d10',
  username: 'Ana',
  service: 'transcription',
  action: 'transcribe',
  requestId: 'req-7f3a',
  provider: 'whisper',
  model: 'large-v3',
  latencyMs: 2_300,
  status: 'ok',
  tokens: { in: 0, out: 410 },
  size: { inputBytes: 480_000, outputBytes: 1_900 },
  cost: { usd: 0.006 },
  meta: { minutes: 1 },
} as const;
