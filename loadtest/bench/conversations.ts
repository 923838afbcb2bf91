/** How long people wait for their conversations when there are very many, on both databases. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../stack/child.ts';
import type { BenchContext, Figure } from './figure.ts';

const SUBJECT = join(import.meta.dirname, '../../test/support/conversations-bench-subject.ts');

/** Each owner has a hundred conversations and ten thousand messages. */
const SIZES = {
  quick: { owners: 2, conversations: 200, messages: 20_000, times: 300 },
  usual: { owners: 100, conversations: 10_000, messages: 1_000_000, times: 1_000 },
  long: { owners: 1_000, conversations: 100_000, messages: 10_000_000, times: 1_000 },
} as const;

const LIMITS_MS = { list: 20, open: 20, send: 20, common: 50, rare: 50 } as const;
const NAMES: Readonly<Record<keyof typeof LIMITS_MS, string>> = {
  list: 'list, p99',
  open: 'open, p99',
  send: 'send, p99 of the store',
  common: 'search a common word, p99',
  rare: 'search a rare word, p99',
};

type Times = Readonly<Record<keyof typeof LIMITS_MS | 'indexingUs' | 'bareRead' | 'bareWrite', number>>;

export async function benchConversations(context: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const dialect of ['sqlite', 'postgres'] as const) {
    const size = SIZES[context.quick ? 'quick' : context.long ? 'long' : 'usual'];
    context.say(`  ${dialect}: ${size.messages} messages`);
    const times = await measure(context, { ...size, dialect });
    const about = `${size.conversations} conversations, ${size.messages} messages, ${size.owners} owners`;
    const indexing = `${times.indexingUs.toFixed(0)} µs to index a message`;
    for (const key of Object.keys(LIMITS_MS) as (keyof typeof LIMITS_MS)[]) {
      figures.push({
        name: `Conversations, ${dialect}: ${NAMES[key]}`,
        value: times[key],
        unit: 'ms',
        floor: key === 'send' ? times.bareWrite : times.bareRead,
        floorName: key === 'send' ? 'one row written' : 'one row read',
        measure: 'value',
        target: { atMost: LIMITS_MS[key] },
        notes: key === 'list' ? [about, indexing] : [],
      });
    }
  }
  return figures;
}

async function measure(context: BenchContext, job: object): Promise<Times> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-bench-conversations-'));
  const child = new Child({
    name: 'conversations',
    args: [...context.subjectOptions, SUBJECT, JSON.stringify({ ...job, folder })],
  });
  try {
    return (await child.message()) as Times;
  } finally {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
