/** The prompt queue. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function jobs(dialect: DialectName): Migration {
  const { integer, table } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`create table jobs (
          number ${integer} primary key, id text not null unique, owner text not null, account text not null,
          actor text not null, access text not null, kind text not null, route text not null,
          locale text not null, trace text not null, status text not null, request text not null,
          title text not null, result text, saved text, error text, error_values text,
          attempts ${integer} not null default 0, not_before ${integer} not null default 0,
          hold text not null, held ${integer} not null, charged ${integer} not null default 0,
          entry ${integer}, pending text, input_tokens ${integer} not null, output_tokens ${integer} not null,
          created_at ${integer} not null, started_at ${integer}, ended_at ${integer},
          client_id text) ${table}`,
        sql`create index jobs_by_owner on jobs (owner, number)`,
        sql`create unique index jobs_by_client_id on jobs (owner, client_id) where client_id is not null`,
        // Partial indexes: their conditions must stand in a query word for word.
        sql`create index jobs_queued on jobs (route, owner, number) where status = 'queued'`,
        sql`create index jobs_unfinished on jobs (account, number) where ended_at is null`,
        sql`create index jobs_unsettled on jobs (number) where pending is not null`,
        sql`create index jobs_ended on jobs (ended_at) where ended_at is not null`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
