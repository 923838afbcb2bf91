/** `hilo restore`: puts a backup into the place of the data directory. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { EnvironmentError, readEnvironment, text } from '../../shared/environment.ts';
import { fill } from '../../shared/locale.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, isHelpAsked, type Command } from '../command.ts';
import { isFree, restore } from './restore.ts';

const AFTER_RESTORE = '--after-pg-restore';
/** More numbers than a server gives between the dump and the loss of its database. */
const SKIPPED_NUMBERS = 1_000_000;

const Settings = z.object({
  DATA_DIR: text().default('./data'),
  DATABASE_URL: text().optional(),
});

/** `restore [--after-pg-restore] BACKUP`; `-` is a tar stream on standard input. */
export const restoreCommand: Command = async (args, io) => {
  const texts = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args)) {
    io.stdout.write(`${texts.usage}\n`);
    return 0;
  }
  const isRestored = args[0] === AFTER_RESTORE;
  const [source, ...rest] = isRestored ? args.slice(1) : args;
  const refuse = (reason: string, code: number): number => {
    io.stderr.write(`${reason}\n`);
    return code;
  };
  const isStream = source === '-';
  if (source === undefined || (source.startsWith('-') && !isStream) || rest.length > 0)
    return refuse(texts.usage, EXIT_USAGE);
  try {
    const { DATA_DIR, DATABASE_URL } = readEnvironment(Settings, io.env);
    const dataDir = resolve(DATA_DIR);
    const withStore = DATABASE_URL === undefined;
    if (withStore === isRestored)
      return refuse(isRestored ? texts.notPostgres : texts.restoreFirst, EXIT_USAGE);
    if (!isStream && !existsSync(source)) return refuse(fill(texts.noBackup, { source }), EXIT_USAGE);
    if (!(await isFree(dataDir))) return refuse(fill(texts.exists, { dataDir }), EXIT_USAGE);
    const from = isStream ? (io.stdin ?? process.stdin) : source;
    const { entries, root } = await restore({ source: from, dataDir, withStore });
    if (DATABASE_URL !== undefined) await skipNumbers(DATABASE_URL);
    io.stdout.write(`${fill(texts.done, { dataDir, entries, root })}\n`);
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof EnvironmentError) return refuse(reason, EXIT_USAGE);
    return refuse(fill(texts.failed, { reason }), EXIT_FAILED);
  }
};

/** Sessions and messages after the dump had numbers that it knows nothing about; none is given twice. */
async function skipNumbers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('UPDATE sequences SET next = next + $1', [SKIPPED_NUMBERS]);
  } finally {
    await client.end();
  }
}

const TEXTS = {
  en: {
    usage: `Usage: hilo restore BACKUP
       hilo restore --after-pg-restore BACKUP
Puts a backup into the place of DATA_DIR, after the whole ledger and the database have been checked. BACKUP is
a folder, or - for the tar stream that hilo backup - writes. Stop the server first. DATA_DIR must not exist or
must be empty: nothing is overwritten. With DATABASE_URL run pg_restore first, then this command with
--after-pg-restore (docs/operations-guide.md).`,
    noBackup: 'There is no {source}',
    exists: '{dataDir} is not empty, and nothing is overwritten: stop the server and move it away',
    notPostgres: 'DATABASE_URL is not set: the database is in the backup, and is restored without the option',
    restoreFirst:
      'The database is at DATABASE_URL: run pg_restore first, then hilo restore --after-pg-restore BACKUP',
    done: '{dataDir}: {entries} entries of the ledger, verified, root {root}',
    failed: 'Nothing was restored: {reason}',
  },
  es: {
    usage: `Uso: hilo restore COPIA
     hilo restore --after-pg-restore COPIA
Pone una copia de seguridad en el lugar de DATA_DIR, tras comprobar todo el registro y la base de datos. COPIA
es una carpeta, o - para el flujo tar que escribe hilo backup -. Detén antes el servidor. DATA_DIR no debe
existir o debe estar vacía: no se sobrescribe nada. Con DATABASE_URL ejecuta antes pg_restore y después esta
orden con --after-pg-restore (docs/operations-guide.md).`,
    noBackup: 'No existe {source}',
    exists: '{dataDir} no está vacía y no se sobrescribe nada: detén el servidor y muévela a otro lugar',
    notPostgres:
      'DATABASE_URL no está definida: la base de datos está en la copia y se restaura sin esa opción',
    restoreFirst:
      'La base de datos está en DATABASE_URL: ejecuta antes pg_restore y después hilo restore ' +
      '--after-pg-restore COPIA',
    done: '{dataDir}: {entries} asientos del registro, verificados, raíz {root}',
    failed: 'No se ha restaurado nada: {reason}',
  },
} as const;
