/** Who pays for a batch. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export function batchPayers(): Migration {
  return {
    async up(db: Kysely<unknown>) {
      // The wallet of a team that pays; null: the account of whoever asked.
      await sql`alter table batches add column payer text`.execute(db);
    },
  };
}
