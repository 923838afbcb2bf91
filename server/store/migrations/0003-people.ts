/** Users with their logins and keys; folders, places and shares of conversations. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function people(dialect: DialectName): Migration {
  const { integer, bytes, table, keyedTable } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`create table users (
          id text primary key, email text not null unique, name text not null, password_hash text not null,
          role text not null, active ${integer} not null, account ${integer} not null, locale text,
          retention_days ${integer}, created_at ${integer} not null) ${keyedTable}`,
        sql`create table logins (
          id text primary key, "user" text not null references users (id) on delete cascade,
          generation ${integer} not null, user_agent text not null, address text not null,
          created_at ${integer} not null, used_at ${integer} not null,
          expires_at ${integer} not null) ${keyedTable}`,
        sql`create index logins_by_user on logins ("user", used_at)`,
        sql`create index logins_by_expiry on logins (expires_at)`,
        sql`create table api_keys (
          id text primary key, "user" text not null references users (id) on delete cascade,
          name text not null, key_hash ${bytes} not null unique, prefix text not null,
          created_at ${integer} not null, last_used_at ${integer}) ${keyedTable}`,
        sql`create index api_keys_by_user on api_keys ("user", created_at)`,
        sql`create table reset_links (
          token_hash ${bytes} primary key, "user" text not null references users (id) on delete cascade,
          expires_at ${integer} not null) ${keyedTable}`,
        sql`create table folders (
          number ${integer} primary key, id text not null unique, owner text not null, name text not null,
          instructions text not null, created_at ${integer} not null) ${table}`,
        sql`create index folders_by_owner on folders (owner, name)`,
        sql`alter table conversations add column title_source text not null default 'words'`,
        sql`alter table conversations add column pinned ${integer} not null default 0`,
        sql`alter table conversations add column folder ${integer}`,
        sql`alter table conversations add column route text`,
        sql`alter table conversations add column persona text`,
        sql`alter table conversations add column instructions text not null default ''`,
        sql`create index conversations_by_folder on conversations (folder, updated_at)
          where folder is not null`,
        sql`create index conversations_pinned on conversations (owner, updated_at) where pinned = 1`,
        sql`create table places (
          conversation ${integer} not null, device text not null, message ${integer} not null,
          updated_at ${integer} not null, primary key (conversation, device)) ${keyedTable}`,
        sql`create table shares (
          id text primary key, conversation ${integer} not null, message ${integer} not null,
          created_at ${integer} not null) ${keyedTable}`,
        sql`create index shares_by_conversation on shares (conversation)`,
        sql`create index messages_by_parent on messages (parent, number) where parent is not null`,
        sql`create index messages_at_root on messages (conversation, number) where parent is null`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
