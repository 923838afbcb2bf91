/** Summaries that people have had made. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function summaries(dialect: DialectName): Migration {
  const { integer, keyedTable } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`create table summaries (
          id text not null primary key, owner text not null, source text not null, title text not null,
          url text, length text not null, style text, route text not null, model text not null,
          parts ${integer} not null, input_tokens ${integer} not null, output_tokens ${integer} not null,
          usage_source text not null, charged ${integer} not null, text text not null,
          receipts text not null, created_at ${integer} not null) ${keyedTable}`,
        sql`create index summaries_by_owner on summaries (owner, id)`,
        sql`create index summaries_by_time on summaries (created_at)`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
