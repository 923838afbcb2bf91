/** A link shows its conversation as it was, the title too. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export function shareTitles(): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await sql`alter table shares add column title text not null default ''`.execute(db);
      // What the links that are there have shown until now.
      await sql`update shares set title = (
        select title from conversations where number = shares.conversation)
        where conversation in (select number from conversations)`.execute(db);
    },
  };
}
