/**
 * Who is told of the end of a job by a request to an address of theirs, and with what it is signed. Batches
 * of jobs, and the files that they are read from.
 */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function webhooksAndBatches(dialect: DialectName): Migration {
  const { integer, table } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`alter table users add column webhook_nonce text`,
        sql`alter table users add column webhook_nonce_before text`,
        sql`alter table users add column webhook_rotated_at ${integer}`,
        sql`alter table jobs add column webhook text`,
        sql`alter table jobs add column webhook_host text`,
        sql`alter table jobs add column webhook_status text`,
        sql`alter table jobs add column webhook_next ${integer}`,
        sql`alter table jobs add column webhook_attempts ${integer} not null default 0`,
        sql`alter table jobs add column webhook_tries text`,
        sql`create index jobs_webhooks_due on jobs (owner, webhook_host, webhook_next)
          where webhook_next is not null`,
        sql`create index jobs_with_webhook on jobs (owner, number) where webhook is not null`,
        sql`alter table jobs add column batch ${integer}`,
        sql`alter table jobs add column batch_line ${integer}`,
        sql`alter table jobs add column custom_id text`,
        sql`create unique index jobs_of_batch on jobs (batch, batch_line) where batch is not null`,
        sql`create index jobs_of_batch_by_status on jobs (batch, status) where batch is not null`,
        sql`create table kept_files (
          number ${integer} primary key, id text not null unique, owner text not null, name text not null,
          bytes ${integer} not null, source_bytes ${integer}, created_at ${integer} not null,
          expires_at ${integer} not null) ${table}`,
        sql`create index kept_files_by_owner on kept_files (owner, number)`,
        sql`create index kept_files_by_expiry on kept_files (expires_at)`,
        sql`create table batches (
          number ${integer} primary key, id text not null unique, owner text not null, account text not null,
          actor text not null, access text not null, locale text not null, trace text not null,
          file text not null, endpoint text, metadata text, status text not null, stop text,
          total ${integer} not null default 0, submitted ${integer} not null default 0,
          position ${integer} not null default 0, faults text, created_at ${integer} not null,
          started_at ${integer}, expires_at ${integer} not null, stopped_at ${integer},
          ended_at ${integer}) ${table}`,
        sql`create index batches_by_owner on batches (owner, number)`,
        sql`create index batches_unfinished on batches (number) where ended_at is null`,
        sql`create index batches_ended on batches (ended_at) where ended_at is not null`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
