/** What a reply of the offline companion costs the event loop, early and late in a conversation. */
import { join } from 'node:path';
import { Child } from '../stack/child.ts';
import type { BenchContext, Figure } from './figure.ts';

const SUBJECT = join(import.meta.dirname, '../../test/support/companion-bench.ts');
const TARGET_MS = 0.1;

interface Cost {
  readonly talk: string;
  readonly turns: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  /** When every message is a new object, as after a restart. */
  readonly anewMs: number;
  /** Of splitting the last message into plain words. */
  readonly wordsMs: number;
}

export async function companionReplies(context: BenchContext): Promise<Figure[]> {
  const replies = context.quick ? '500' : '5000';
  const child = new Child({ name: 'companion', args: [...context.subjectOptions, SUBJECT, replies] });
  try {
    return ((await child.message()) as readonly Cost[]).map(figureOf);
  } finally {
    await child.stop();
  }
}

function figureOf({ talk, turns, medianMs, p90Ms, anewMs, wordsMs }: Cost): Figure {
  return {
    name: `Companion, ${talk}, turn ${turns}`,
    value: medianMs,
    unit: 'ms',
    floor: wordsMs,
    floorName: 'words of the message',
    measure: 'value',
    target: { atMost: TARGET_MS },
    notes: [`p90 ${p90Ms.toFixed(3)} ms; a conversation that was not read before: ${anewMs.toFixed(3)} ms`],
  };
}
