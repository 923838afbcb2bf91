/**
 * What is sent with a message. It goes with the message, whether that is deleted or erased: triggers see to
 * it, since every way of doing so must.
 */
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function attachments(dialect: DialectName): Migration {
  const { integer, bytes } = columnTypes(dialect);
  const table = dialect === 'sqlite' ? sql`strict` : sql``;
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        // With a rowid: large rows make a table slow that has none.
        sql`create table attachments (
          message ${integer} not null, position ${integer} not null, name text not null, type text not null,
          mime_type text, bytes ${integer} not null, pages ${integer}, tokens ${integer} not null,
          truncated ${integer} not null, file_hash text not null, sent_hash text not null,
          text text not null, data ${bytes}, primary key (message, position)) ${table}`,
        ...(dialect === 'sqlite' ? IN_SQLITE : IN_POSTGRES),
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}

const IN_SQLITE: readonly RawBuilder<unknown>[] = [
  sql`create trigger attachments_deleted after delete on messages begin
    delete from attachments where message = old.number;
  end`,
  sql`create trigger attachments_erased after update of status on messages when new.status = 'erased' begin
    delete from attachments where message = new.number;
  end`,
];

const IN_POSTGRES: readonly RawBuilder<unknown>[] = [
  sql`create function hilo_attachments_gone() returns trigger language plpgsql as
    'begin delete from attachments where message = old.number; return null; end'`,
  sql`create trigger attachments_deleted after delete on messages for each row
    execute function hilo_attachments_gone()`,
  sql`create trigger attachments_erased after update of status on messages for each row
    when (new.status = 'erased') execute function hilo_attachments_gone()`,
];
