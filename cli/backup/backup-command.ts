/** `hilo backup`: copies everything that is worth keeping. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { EnvironmentError, readEnvironment, text } from '../../shared/environment.ts';
import { fill } from '../../shared/locale.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, isHelpAsked, type Command } from '../command.ts';
import { backUp, hasStore } from './backup.ts';

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
  if (target === undefined || target.startsWith('-') || rest.length > 0)
    return refuse(texts.usage, EXIT_USAGE);
  try {
    const { DATA_DIR, DATABASE_URL } = readEnvironment(Settings, io.env);
    const dataDir = resolve(DATA_DIR);
    const withStore = DATABASE_URL === undefined;
    if (existsSync(target)) return refuse(fill(texts.exists, { target }), EXIT_USAGE);
    if (!existsSync(dataDir)) return refuse(fill(texts.noData, { dataDir }), EXIT_USAGE);
    if (withStore === isDumped) return refuse(isDumped ? texts.notPostgres : texts.dumpFirst, EXIT_USAGE);
    if (withStore && !hasStore(dataDir)) return refuse(fill(texts.noStore, { dataDir }), EXIT_FAILED);
    const { entries, root } = await backUp({ dataDir, target, withStore });
    io.stdout.write(`${fill(texts.done, { target: resolve(target), entries, root })}\n`);
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof EnvironmentError) return refuse(reason, EXIT_USAGE);
    return refuse(fill(texts.failed, { reason }), EXIT_FAILED);
  }
};

const TEXTS = {
  en: {
    usage: `Usage: hilo backup FOLDER
       hilo backup --after-pg-dump FOLDER
Copies keys, database and ledger of DATA_DIR into FOLDER, which must not exist yet, and checks the copy. The
server may run meanwhile. With DATABASE_URL the database is not copied: run pg_dump first, then this command
with --after-pg-dump (docs/operations-guide.md).`,
    exists: '{target} exists already; a backup makes a new folder',
    noData: 'There is no {dataDir}: set DATA_DIR to the data directory of the server',
    noStore: 'There is no hilo.sqlite in {dataDir}: start the server of this version once',
    notPostgres:
      'DATABASE_URL is not set: the database is in DATA_DIR and is copied as well, without the option',
    dumpFirst:
      'The database is at DATABASE_URL: run pg_dump first, then hilo backup --after-pg-dump FOLDER. In the ' +
      'other order a restored server would refuse to start',
    done: '{target}: {entries} entries of the ledger and everything that was said, root {root}',
    failed: 'There is no backup: {reason}',
  },
  es: {
    usage: `Uso: hilo backup CARPETA
     hilo backup --after-pg-dump CARPETA
Copia las claves, la base de datos y el registro de DATA_DIR en CARPETA, que aún no debe existir, y comprueba
la copia. El servidor puede seguir en marcha. Con DATABASE_URL la base de datos no se copia: ejecuta antes
pg_dump y después esta orden con --after-pg-dump (docs/operations-guide.md).`,
    exists: '{target} ya existe; una copia de seguridad crea una carpeta nueva',
    noData: 'No existe {dataDir}: pon en DATA_DIR la carpeta de datos del servidor',
    noStore: 'No hay hilo.sqlite en {dataDir}: arranca una vez el servidor de esta versión',
    notPostgres: 'DATABASE_URL no está definida: la base de datos está en DATA_DIR y se copia sin esa opción',
    dumpFirst:
      'La base de datos está en DATABASE_URL: ejecuta antes pg_dump y después hilo backup --after-pg-dump ' +
      'CARPETA. En el orden inverso, un servidor restaurado se negaría a arrancar',
    done: '{target}: {entries} asientos del registro y todo lo que se dijo, raíz {root}',
    failed: 'No hay copia de seguridad: {reason}',
  },
} as const;
