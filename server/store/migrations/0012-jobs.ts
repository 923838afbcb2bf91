/** The prompt queue: jobs, whom to tell of their end, and batches of them. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function jobs(dialect: DialectName): Migration {
  const { integer, table, keyedTable } = columnTypes(dialect);
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
          created_at ${integer} not null, started_at ${integer}, ended_at ${integer}, client_id text,
          webhook text, batch ${integer}, custom_id text) ${table}`,
        sql`create index jobs_by_owner on jobs (owner, number)`,
        sql`create unique index jobs_by_client_id on jobs (owner, client_id) where client_id is not null`,
        // Partial indexes: their conditions must stand in a query word for word.
        sql`create index jobs_queued on jobs (route, owner, number) where status = 'queued'`,
        sql`create index jobs_unfinished on jobs (account, number) where ended_at is null`,
        sql`create index jobs_unsettled on jobs (number) where pending is not null`,
        sql`create index jobs_by_batch on jobs (batch, number) where batch is not null`,
        sql`create index jobs_ended on jobs (ended_at) where ended_at is not null`,
        sql`create table webhooks (
          id text not null primary key, owner text not null, url text not null,
          created_at ${integer} not null) ${keyedTable}`,
        sql`create index webhooks_by_owner on webhooks (owner)`,
        sql`create table deliveries (
          id text not null primary key, webhook text not null, job ${integer} not null,
          attempts ${integer} not null, next_at ${integer} not null, created_at ${integer} not null)
          ${keyedTable}`,
        sql`create index deliveries_next on deliveries (next_at)`,
        sql`create index deliveries_by_webhook on deliveries (webhook)`,
        sql`create table batches (
          number ${integer} primary key, id text not null unique, owner text not null,
          input_file text not null, endpoint text not null, metadata text, faults text,
          submitted ${integer} not null, created_at ${integer} not null, cancelled_at ${integer}) ${table}`,
        sql`create index batches_by_owner on batches (owner, number)`,
        sql`create table batch_files (
          id text not null primary key, owner text not null, name text not null, purpose text not null,
          bytes ${integer} not null, content text not null, created_at ${integer} not null) ${keyedTable}`,
        sql`create index batch_files_by_owner on batch_files (owner, id)`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
