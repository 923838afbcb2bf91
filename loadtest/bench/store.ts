/** Turns that the store makes durable, beside one bare row for each in transactions of the same size. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../stack/child.ts';
import type { BenchContext, Figure } from './figure.ts';

const SUBJECT = join(import.meta.dirname, '../../test/support/store-bench-subject.ts');

interface Rate {
  readonly rowsPerSecond: number;
  readonly processorUs: number;
}

export async function benchStore(context: BenchContext): Promise<Figure[]> {
  const seconds = context.quick ? 1 : 4;
  const floor = await measure(context, { kind: 'floor', seconds });
  const store = await measure(context, { kind: 'store', seconds });
  const rest = { floorName: 'bare row, 64 a commit', measure: 'ratio', target: {} } as const;
  return [
    {
      ...rest,
      name: 'Store, turns of 64 in flight',
      value: store.rowsPerSecond,
      unit: 'turns/s',
      floor: floor.rowsPerSecond,
      notes: ['a turn is two messages, an exchange, and from time to time its conversation'],
    },
    {
      ...rest,
      name: 'Store, processor time of a turn',
      value: store.processorUs,
      unit: 'µs',
      floor: floor.processorUs,
      notes: ['all threads, and what drives them'],
    },
  ];
}

async function measure(context: BenchContext, job: object): Promise<Rate> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-bench-store-'));
  const child = new Child({
    name: 'store',
    args: [...context.subjectOptions, SUBJECT, JSON.stringify({ ...job, folder })],
  });
  try {
    return (await child.message()) as Rate;
  } finally {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
