/** Reads what was said from the content store of a data directory, for exports; never writes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ContentReader } from './ledger/io.ts';

export async function openContentReader(dataDir: string): Promise<ContentReader> {
  const path = join(dataDir, 'content.sqlite');
  if (!existsSync(path)) return { read: () => undefined };
  const database = new DatabaseSync(path, { readOnly: true });
  const select = database.prepare('SELECT prompt, answer FROM contents WHERE id = ?');
  return {
    read({ id }) {
      const row = select.get(id);
      return row && { prompt: String(row['prompt']), answer: String(row['answer']) };
    },
  };
}
