/** What was asked of a service, with the files that it has left. A row is written before its files. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function artifactRequests(dialect: DialectName): Migration {
  const { integer, bytes, keyedTable } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`create table artifact_requests (
          id text not null primary key, service text not null, owner text not null, account text not null,
          home text not null, session text, exchange ${integer}, stage text not null, status text not null,
          prompt text not null, prompt_salt ${bytes}, files text not null, meta text not null,
          folded ${integer} not null, created_at ${integer} not null) ${keyedTable}`,
        sql`create index artifact_requests_by_owner on artifact_requests (owner, service, id)`,
        sql`create index artifact_requests_by_account on artifact_requests (account)`,
        sql`create index artifact_requests_by_session on artifact_requests (session)
          where session is not null`,
        sql`create index artifact_requests_by_exchange on artifact_requests (exchange)
          where exchange is not null`,
        sql`create index artifact_requests_by_age on artifact_requests (stage, created_at)`,
        sql`create index artifact_requests_unfolded on artifact_requests (id) where folded = 0`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
