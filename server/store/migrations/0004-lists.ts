/** What lists of conversations need: hiding one at once, and the indexes that its owner's pages follow. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';

export function lists(dialect: DialectName): Migration {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`alter table conversations add column deleted_at ${integer}`,
        sql`create index conversations_deleted on conversations (number) where deleted_at is not null`,
        // Partial indexes: their conditions must stand in a query word for word.
        sql`create index conversations_listed on conversations (owner, updated_at, number)
          where deleted_at is null and pinned = 0 and status <> 'archived'`,
        sql`create index conversations_by_status on conversations (owner, status, updated_at, number)
          where deleted_at is null`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
