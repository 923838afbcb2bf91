import { setTimeout as sleep } from 'node:timers/promises';
import { isBlockFault, parseBlock, type Block } from '../../shared/ledger/block-text.ts';
import { readLines } from '../../shared/ledger/line-reader.ts';
import { exitCodes, type CommandIo } from './io.ts';
import { openLedgerSource, type LedgerSource } from './ledger-source.ts';

export interface TailOptions {
  path: string;
  lines: number;
  follow: boolean;
  json: boolean;
}

const pollMs = 250;
/**
 * How far back from the end the search for the last entries begins; each further attempt looks back four
 * times as far.
 */
const lookBackBytes = 256 * 1024;

/**
 * Prints the newest entries; when following, also prints each further entry as it becomes durable. Does not
 * check hashes.
 */
export async function tailCommand(options: TailOptions, io: CommandIo): Promise<number> {
  let bytes = await withSource(options.path, async (source) => {
    const end = durableEnd(source);
    const blocks = await lastBlocks(source, end, options.lines);
    const rows = blocks.flatMap((block) =>
      block.texts.map((text, at) => rowOf(block, text, at, options.json)),
    );
    for (const row of rows.slice(-options.lines)) io.stdout.write(row);
    return end;
  });
  while (options.follow && io.signal?.aborted !== true) {
    await sleep(pollMs, undefined, io.signal === undefined ? {} : { signal: io.signal }).catch(
      () => undefined,
    );
    bytes = await withSource(options.path, async (source) => {
      const end = durableEnd(source);
      for (const block of await blocksBetween(source, bytes, end)) {
        for (const [at, text] of block.texts.entries()) io.stdout.write(rowOf(block, text, at, options.json));
      }
      return Math.max(bytes, end);
    });
  }
  return exitCodes.verified;
}

async function lastBlocks(source: LedgerSource, end: number, entries: number): Promise<Block[]> {
  for (let back = lookBackBytes; ; back *= 4) {
    const from = Math.max(0, end - back);
    const start = from === 0 ? 0 : await nextLineStart(source, from, end);
    const blocks = await blocksBetween(source, start, end);
    const found = blocks.reduce((sum, block) => sum + block.count, 0);
    if (from === 0 || found >= entries) return blocks;
  }
}

async function nextLineStart(source: LedgerSource, from: number, end: number): Promise<number> {
  const newline = (await source.read(from, end - from)).indexOf(0x0a);
  return newline < 0 ? end : from + newline + 1;
}

async function blocksBetween(source: LedgerSource, start: number, end: number): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const batch of readLines(source, start, end)) {
    for (const line of batch.lines) {
      const block = parseBlock(line.text);
      if (!isBlockFault(block)) blocks.push(block);
    }
  }
  return blocks;
}

function durableEnd(source: LedgerSource): number {
  return Math.min(source.head?.bytes ?? source.size, source.size);
}

function rowOf(block: Block, text: string, at: number, json: boolean): string {
  const index = block.first + at;
  if (json) return `{"index":${index},"block":${block.n},"ts":"${block.ts}","entry":${text}}\n`;
  const { type, at: time, ...rest } = JSON.parse(text) as Record<string, string>;
  const members = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  return `${index}  ${time}  ${String(type).padEnd(8)}  ${members.join(' ')}\n`;
}

async function withSource<T>(path: string, run: (source: LedgerSource) => Promise<T>): Promise<T> {
  const source = await openLedgerSource(path);
  try {
    return await run(source);
  } finally {
    await source.close();
  }
}
