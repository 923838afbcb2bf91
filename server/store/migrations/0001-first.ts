/** The first tables: people, conversations, exchanges and statements. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function first(dialect: DialectName): Migration {
  const { integer, bytes, table, keyedTable } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`create table sequences (name text primary key, next ${integer} not null) ${keyedTable}`,
        sql`create table properties (name text primary key, value text not null) ${keyedTable}`,
        sql`create table accounts (
          number ${integer} primary key, name text not null unique, owner text) ${table}`,
        sql`create index accounts_by_owner on accounts (owner) where owner is not null`,
        sql`create table guests (
          id text primary key, token_hash ${bytes} unique, account ${integer} not null,
          created_at ${integer} not null, seen_at ${integer} not null) ${keyedTable}`,
        sql`create index guests_without_token on guests (seen_at) where token_hash is null`,
        sql`create table conversations (
          number ${integer} primary key, id text not null unique, owner text not null, title text not null,
          status text not null, created_at ${integer} not null, updated_at ${integer} not null) ${table}`,
        sql`create index conversations_by_owner on conversations (owner, updated_at)`,
        sql`create table messages (
          number ${integer} primary key, conversation ${integer} not null references conversations (number),
          parent ${integer}, role text not null, text text not null, status text not null,
          exchange ${integer} not null, account ${integer}, client_message_id text,
          created_at ${integer} not null) ${table}`,
        sql`create index messages_by_conversation on messages (conversation, number)`,
        sql`create unique index messages_by_client_id on messages (account, client_message_id)
          where client_message_id is not null`,
        sql`create table exchanges (
          number ${integer} primary key, entry_id text, account ${integer} not null, at ${integer} not null,
          entries_before ${integer} not null, trace text, prompt ${integer} not null,
          answer ${integer} not null, prompt_salt ${bytes} not null, answer_salt ${bytes} not null) ${table}`,
        sql`create index exchanges_by_account on exchanges (account)`,
        sql`create unique index exchanges_by_entry on exchanges (entry_id) where entry_id is not null`,
        sql`create table erasures (
          id text primary key, account text not null, exchange ${integer}, "by" text not null,
          number ${integer} not null) ${keyedTable}`,
        sql`create table statements (
          account ${integer}, entry ${integer}, primary key (account, entry)) ${keyedTable}`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
