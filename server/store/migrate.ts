/** Brings the tables to this version. Each start runs it; a failure leaves the tables as they were. */
import { sql } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { Backend, DialectName } from './backend.ts';
import { first } from './migrations/0001-first.ts';
import { allowances } from './migrations/0002-allowances.ts';
import { people } from './migrations/0003-people.ts';
import { lists } from './migrations/0004-lists.ts';
import { audit } from './migrations/0005-audit.ts';
import { oneUserForEachAccount } from './migrations/0006-one-user-for-each-account.ts';
import { shareTitles } from './migrations/0007-share-titles.ts';
import { artifactRequests } from './migrations/0010-artifact-requests.ts';
import { summaries } from './migrations/0011-summaries.ts';
import { jobs } from './migrations/0012-jobs.ts';
import { webhooksAndBatches } from './migrations/0013-webhooks-and-batches.ts';
import { jobMaterial } from './migrations/0014-job-material.ts';
import { attachments } from './migrations/0015-attachments.ts';
import { teams } from './migrations/0016-teams.ts';
import { invitations } from './migrations/0017-invitations.ts';
import { usage } from './migrations/0018-usage.ts';
import { batchPayers } from './migrations/0019-batch-payers.ts';
import type { Database } from './schema.ts';
import { StoreError } from './store-error.ts';

/** By name; the names are in the order of their numbers. A migration that was released never changes. */
export type Migrations = (dialect: DialectName) => Readonly<Record<string, Migration>>;

export const storeMigrations: Migrations = (dialect) => ({
  '0001-first': first(dialect),
  '0002-allowances': allowances(dialect),
  '0003-people': people(dialect),
  '0004-lists': lists(dialect),
  '0005-audit': audit(dialect),
  '0006-one-user-for-each-account': oneUserForEachAccount(),
  '0007-share-titles': shareTitles(),
  '0010-artifact-requests': artifactRequests(dialect),
  '0011-summaries': summaries(dialect),
  '0012-jobs': jobs(dialect),
  '0013-webhooks-and-batches': webhooksAndBatches(dialect),
  '0014-job-material': jobMaterial(),
  '0015-attachments': attachments(dialect),
  '0016-teams': teams(dialect),
  '0017-invitations': invitations(dialect),
  '0018-usage': usage(dialect),
  '0019-batch-payers': batchPayers(),
});

export async function migrate(db: Database, backend: Backend, migrationsOf: Migrations): Promise<void> {
  const migrations = migrationsOf(backend.name);
  await requireKnown(db, backend, Object.keys(migrations));
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
  const failed = results.find(({ status }) => status === 'Error');
  if (!failed) throw error;
  const { message: words } = error as Error;
  throw new StoreError(
    'failed',
    `The store ${backend.place.name} could not take the migration ${failed.migrationName}: ${words}; ` +
      'nothing was changed',
    error,
  );
}

async function requireKnown(db: Database, backend: Backend, known: readonly string[]): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const unknown = rows.filter(({ name }) => !known.includes(name));
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => name).join(', ');
  throw new StoreError(
    'newer',
    `The store ${backend.place.name} was made by a newer version of Hilo (it has ${names}); ` +
      'run that version, or restore a backup from before',
  );
}
