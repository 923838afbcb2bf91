import { exitCodes, type CommandIo } from './io.ts';
import type { LedgerSource } from './ledger-source.ts';
import { progressBar } from '../progress.ts';
import { scanLedger } from './scan.ts';
import { describeFault } from './verify.ts';

/** Prints the balances of all accounts, or of the named ones, computed by a fold over the whole file. */
export async function balanceCommand(
  source: LedgerSource,
  options: { accounts: readonly string[]; json: boolean },
  io: CommandIo,
): Promise<number> {
  const onProgress = progressBar(io, 'Reading', () => performance.now());
  const { state, fault } = await scanLedger(source, { onProgress });
  if (fault !== undefined) {
    io.stderr.write(describeFault(fault));
    return exitCodes.bad;
  }
  const names =
    options.accounts.length > 0 ? options.accounts : [...state.fold.tables.accounts.keys()].sort();
  const rows = names.map((name) => ({ account: name, ...state.fold.account(name) }));
  if (options.json) {
    for (const row of rows) io.stdout.write(`${JSON.stringify(row)}\n`);
    return exitCodes.verified;
  }
  const columns = ['account', 'available', 'held', 'spent', 'granted'] as const;
  const table = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, at) => Math.max(...table.map((line) => line[at]?.length ?? 0)));
  for (const line of table) {
    const cells = line.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
    io.stdout.write(`${cells.join('  ')}\n`);
  }
  return exitCodes.verified;
}
