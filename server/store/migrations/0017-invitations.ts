/** Invitations; the accounts of other providers by which users sign on; reading the audit by person. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function invitations(dialect: DialectName): Migration {
  const { integer, bytes, keyedTable } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        // The check refuses an account for which no use is left, however many are made at once.
        sql`create table invitations (
          id text not null primary key, token_hash ${bytes} not null unique, role text not null,
          team text, uses ${integer} not null, used ${integer} not null default 0 check (used <= uses),
          made_by text, created_at ${integer} not null, expires_at ${integer} not null) ${keyedTable}`,
        sql`create index invitations_by_maker on invitations (made_by, id)`,
        sql`create index invitations_by_expiry on invitations (expires_at)`,
        sql`create table invitation_uses (
          "user" text not null primary key references users (id) on delete cascade,
          invitation text not null references invitations (id) on delete cascade) ${keyedTable}`,
        sql`create index invitation_uses_by_invitation on invitation_uses (invitation)`,
        sql`create table identities (
          issuer text not null, subject text not null,
          "user" text not null references users (id) on delete cascade,
          created_at ${integer} not null, primary key (issuer, subject)) ${keyedTable}`,
        sql`create index identities_by_user on identities ("user")`,
        sql`create index audit_by_owner on audit (owner, id)`,
        sql`alter table audit add column detail text not null default ''`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
