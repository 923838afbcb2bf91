/** Teams and their members, wallets to choose, policies of API keys, allowances for a period, spending. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { DialectName } from '../backend.ts';
import { columnTypes } from './column-types.ts';

export function teams(dialect: DialectName): Migration {
  const { integer, keyedTable } = columnTypes(dialect);
  return {
    async up(db: Kysely<unknown>) {
      const statements = [
        sql`create table teams (
          id text primary key, name text not null, name_key text not null unique,
          account ${integer} not null unique, routes text, personas text,
          created_at ${integer} not null) ${keyedTable}`,
        sql`create table team_members (
          team text not null references teams (id) on delete cascade,
          "user" text not null references users (id) on delete cascade,
          role text not null, budget ${integer}, budget_period text, added_at ${integer} not null,
          primary key (team, "user")) ${keyedTable}`,
        sql`create index team_members_by_user on team_members ("user", added_at)`,
        // A default that nobody may use any more is not looked at.
        sql`alter table users add column wallet text`,
        sql`alter table api_keys add column scopes text`,
        sql`alter table api_keys add column routes text`,
        sql`alter table api_keys add column wallet text`,
        sql`alter table api_keys add column expires_at ${integer}`,
        sql`alter table api_keys add column budget ${integer}`,
        sql`alter table api_keys add column budget_period text`,
        sql`alter table api_keys add column rate_max ${integer}`,
        sql`alter table api_keys add column revoked_at ${integer}`,
        // The wallet of a team that pays; null: the account of whoever asked.
        sql`alter table jobs add column payer text`,
        sql`create table period_allowances (
          account text primary key, amount ${integer} not null, period text not null,
          time_zone text not null, carried_max ${integer} not null, revision ${integer} not null,
          starts text not null, until ${integer} not null) ${keyedTable}`,
        sql`create index period_allowances_by_end on period_allowances (until)`,
        sql`create table spending (
          actor text not null, account text not null, day ${integer} not null, amount ${integer} not null,
          primary key (actor, account, day)) ${keyedTable}`,
        sql`create index spending_by_day on spending (day)`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  };
}
