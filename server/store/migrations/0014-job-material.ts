/** What a job works on, beside what was asked: it goes when the job ends. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export function jobMaterial(): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await sql`alter table jobs add column material text`.execute(db);
    },
  };
}
