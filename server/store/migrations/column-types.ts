/** What the two dialects call the same things. */
import { sql } from 'kysely';
import type { DialectName } from '../backend.ts';

export function columnTypes(dialect: DialectName) {
  const isSqlite = dialect === 'sqlite';
  return {
    integer: isSqlite ? sql`integer` : sql`bigint`,
    bytes: isSqlite ? sql`blob` : sql`bytea`,
    /** Behind the columns of a table whose rows are found by an integer. */
    table: isSqlite ? sql`strict` : sql``,
    /** Behind those of a table that is found by anything else. */
    keyedTable: isSqlite ? sql`strict, without rowid` : sql``,
  };
}
