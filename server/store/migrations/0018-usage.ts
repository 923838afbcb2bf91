/** What people have used. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function usage(dialect: DialectName): Migration {
  const { integer, bytes, table, keyedTable } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const sums = sql`input_tokens ${integer} not null, output_tokens ${integer} not null,
        credits ${integer} not null, usd_nanos ${integer} not null,
        bytes_in ${integer} not null, bytes_out ${integer} not null`;
      const statements = [
        sql`create table usage_kinds (
          number ${integer} primary key, service text not null, route text not null, provider text not null,
          model text not null, outcome text not null) ${table}`,
        sql`create table usage_rollups (
          account ${integer} not null, level ${integer} not null, start ${integer} not null,
          kind ${integer} not null, requests ${integer} not null, errors ${integer} not null, ${sums},
          latency ${bytes}, first_token ${bytes}, queued ${bytes},
          primary key (account, level, start, kind)) ${keyedTable}`,
        sql`create table usage_events (
          at ${integer} not null, number ${integer} not null, account ${integer} not null,
          kind ${integer} not null, ${sums}, latency_ms ${integer}, first_token_ms ${integer},
          queued_ms ${integer}, request text not null, document text,
          primary key (at, number)) ${keyedTable}`,
        sql`create index usage_events_by_account on usage_events (account, at, number)`,
        sql`create unique index usage_events_given on usage_events (request) where document is not null`,
        sql`create table usage_unfolded (
          account ${integer} not null, grain ${integer} not null, start ${integer} not null,
          primary key (account, grain, start)) ${keyedTable}`,
        sql`create index usage_unfolded_by_start on usage_unfolded (grain, start)`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
