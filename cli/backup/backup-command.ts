/** `hilo backup`: copies everything that is worth keeping. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { EnvironmentError, readEnvironment, text } from '../../shared/environment.ts';
import { fill } from '../../shared/locale.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, isHelpAsked, type Command } from '../command.ts';
import { backUp, hasStore } from './backup.ts';
import { writeTar } from './tar-stream.ts';

/** In place of a folder: a tar stream on standard output. */
const STREAM = '-';
const AFTER_DUMP = '--after-pg-dump';

const Settings = z.object({
  DATA_DIR: text().default('./data'),
  DATABASE_URL: text().optional(),
});

/** `backup [--after-pg-dump] FOLDER` */
export const backupCommand: Command = async (args, io) => {
  const texts = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args)) {
    io.stdout.write(`${texts.usage}\n`);
    return 0;
  }
  const isDumped = args[0] === AFTER_DUMP;
  const [target, ...rest] = isDumped ? args.slice(1) : args;
  const refuse = (reason: string, code: number): number => {
    io.stderr.write(`${reason}\n`);
    return code;
  };
  const isStream = target === STREAM;
  if (target === undefined || (target.startsWith('-') && !isStream) || rest.length > 0)
    return refuse(texts.usage, EXIT_USAGE);
  try {
    const { DATA_DIR, DATABASE_URL } = readEnvironment(Settings, io.env);
    const dataDir = resolve(DATA_DIR);
    const withStore = DATABASE_URL === undefined;
    if (!isStream && existsSync(target)) return refuse(fill(texts.exists, { target }), EXIT_USAGE);
    if (!existsSync(dataDir)) return refuse(fill(texts.noData, { dataDir }), EXIT_USAGE);
    if (withStore === isDumped) return refuse(isDumped ? texts.notPostgres : texts.dumpFirst, EXIT_USAGE);
    if (withStore && !hasStore(dataDir)) return refuse(fill(texts.noStore, { dataDir }), EXIT_FAILED);
    const options = { dataDir, target, withStore };
    const { entries, root } = isStream ? await streamBackup(options) : await backUp(options);
    const told = isStream ? io.stderr : io.stdout;
    const name = isStream ? texts.stream : resolve(target);
    told.write(`${fill(texts.done, { target: name, entries, root })}\n`);
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof EnvironmentError) return refuse(reason, EXIT_USAGE);
    return refuse(fill(texts.failed, { reason }), EXIT_FAILED);
  }
};

/** The copy is verified before its first byte is written. */
async function streamBackup(options: Parameters<typeof backUp>[0]): ReturnType<typeof backUp> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-backup-'));
  try {
    const target = join(folder, 'backup');
    const facts = await backUp({ ...options, target });
    await writeTar(target, process.stdout);
    return facts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const TEXTS = {
  en: {
    usage: `Usage: hilo backup FOLDER
       hilo backup --after-pg-dump FOLDER
Copies keys, database, ledger and artefacts of DATA_DIR into FOLDER, which must not exist yet, and checks the
copy. The server may run meanwhile. With - for FOLDER the copy goes to standard output as a tar stream. With
DATABASE_URL the database is not copied: run pg_dump first, then this command with --after-pg-dump
(docs/operations-guide.md).`,
    exists: '{target} exists already; a backup makes a new folder',
    noData: 'There is no {dataDir}: set DATA_DIR to the data directory of the server',
    noStore: 'There is no hilo.sqlite in {dataDir}: start the server of this version once',
    notPostgres:
      'DATABASE_URL is not set: the database is in DATA_DIR and is copied as well, without the option',
    dumpFirst:
      'The database is at DATABASE_URL: run pg_dump first, then hilo backup --after-pg-dump FOLDER. In the ' +
      'other order a restored server would refuse to start',
    stream: 'Standard output',
    done: '{target}: {entries} entries of the ledger and everything that was said, root {root}',
    failed: 'There is no backup: {reason}',
  },
  es: {
    usage: `Uso: hilo backup CARPETA
     hilo backup --after-pg-dump CARPETA
Copia las claves, la base de datos, el registro y los artefactos de DATA_DIR en CARPETA, que aún no debe
existir, y comprueba la copia. El servidor puede seguir en marcha. Con - como CARPETA, la copia va a la salida
estándar como flujo tar. Con DATABASE_URL la base de datos no se copia: ejecuta antes pg_dump y después esta
orden con --after-pg-dump (docs/operations-guide.md).`,
    exists: '{target} ya existe; una copia de seguridad crea una carpeta nueva',
    noData: 'No existe {dataDir}: pon en DATA_DIR la carpeta de datos del servidor',
    noStore: 'No hay hilo.sqlite en {dataDir}: arranca una vez el servidor de esta versión',
    notPostgres: 'DATABASE_URL no está definida: la base de datos está en DATA_DIR y se copia sin esa opción',
    dumpFirst:
      'La base de datos está en DATABASE_URL: ejecuta antes pg_dump y después hilo backup --after-pg-dump ' +
      'CARPETA. En el orden inverso, un servidor restaurado se negaría a arrancar',
    stream: 'Salida estándar',
    done: '{target}: {entries} asientos del registro y todo lo que se dijo, raíz {root}',
    failed: 'No hay copia de seguridad: {reason}',
  },
} as const;
