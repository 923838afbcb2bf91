import type { EntryOf } from '../../shared/ledger/entries.ts';
import type { Block } from '../../shared/ledger/block-text.ts';
import type { LedgerState } from '../../shared/ledger/verifier.ts';
import { exitCodes, type CommandIo, type ContentReader } from './io.ts';
import type { LedgerSource } from './ledger-source.ts';
import { scanLedger } from './scan.ts';
import { describeFault } from './verify.ts';

export const exportFormats = ['entries', 'blockchain'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Prints the whole ledger in another format, and verifies it at the same time. */
export async function exportCommand(
  source: LedgerSource,
  options: { format: ExportFormat; content: ContentReader | undefined },
  io: CommandIo,
): Promise<number> {
  const { content, format } = options;
  let separator = '';
  if (format === 'blockchain') io.stdout.write('{"blockchain":[');
  const result = await scanLedger(source, {
    onBlock: (block, state) => {
      if (format === 'entries') {
        io.stdout.write(entryLines(block));
        return;
      }
      io.stdout.write(separator + JSON.stringify(legacyBlock(block, state, content)));
      separator = ',\n';
    },
  });
  if (format === 'blockchain') io.stdout.write(']}\n');
  if (result.fault === undefined) return exitCodes.verified;
  io.stderr.write(describeFault(result.fault));
  return exitCodes.bad;
}

function entryLines(block: Block): string {
  const lines = block.entries.map((entry, at) =>
    JSON.stringify({ index: block.first + at, block: block.n, ts: block.ts, entry }),
  );
  return `${lines.join('\n')}\n`;
}

/** The member names of a format that an earlier system wrote and that its tools still read. */
interface LegacyPrompt {
  usuario: string;
  prompt: string;
  respuesta: string;
  tokens_gastados: number;
  balance_restante: number;
}

function legacyBlock(block: Block, state: LedgerState, content: ContentReader | undefined): object {
  const prompts: LegacyPrompt[] = [];
  for (const [at, entry] of block.entries.entries()) {
    if (entry.type === 'charge' || entry.type === 'exchange')
      prompts.push(legacyPrompt(entry, block.first + at, state, content));
  }
  return { hash: block.hash, hash_anterior: block.prev, timestamp: block.ts, prompts };
}

function legacyPrompt(
  exchange: EntryOf<'charge'> | EntryOf<'exchange'>,
  index: number,
  state: LedgerState,
  content: ContentReader | undefined,
): LegacyPrompt {
  const texts = content?.read({ index, id: exchange.id });
  return {
    usuario: exchange.account,
    prompt: texts?.prompt ?? '',
    respuesta: texts?.answer ?? '',
    tokens_gastados: Number(exchange.inputTokens) + Number(exchange.outputTokens),
    // The balance at the end of the block: all entries of a block count as one moment.
    balance_restante: state.fold.account(exchange.account).available,
  };
}
