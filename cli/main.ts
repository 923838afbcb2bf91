/** The command line: `./hilo <command>`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../shared/environment.ts';
import { adminCommand, inviteCommand } from './admin.ts';
import { batchCommand } from './batch/batch-command.ts';
import { backupCommand } from './backup/backup-command.ts';
import { restoreCommand } from './backup/restore-command.ts';
import { certificateCommand } from './certificate/certificate-command.ts';
import { callCommand, grantCommand, refundCommand } from './call.ts';
import { chatCommand } from './chat/chat-command.ts';
import { imageCommand } from './image/image-command.ts';
import { historyCommand } from './jobs/history-command.ts';
import { submitCommand } from './jobs/submit-command.ts';
import { openContentReader } from './content-reader.ts';
import type { ContentReader } from './ledger/io.ts';
import { ledgerCommand } from './ledger/ledger-command.ts';
import { cliLocale, EXIT_USAGE, type Command } from './command.ts';
import { loadProjectSettings, PROJECT } from './project-settings.ts';
import { summarizeCommand } from './summarize/summarize-command.ts';
import { teamCommand } from './team/team-command.ts';
import { up } from './up.ts';
import { usageCommand } from './usage/usage-command.ts';
import { userCommand } from './user.ts';
import { webhookCommand } from './webhook/webhook-command.ts';
import { witnessCommand } from './witness/witness-command.ts';

const USAGE = {
  en: `hilo: a chat server for a shared model

  hilo up                               run the server and the gateway (what npm start does)
  hilo chat                             talk to a server in the terminal (hilo chat --help)
  hilo summarize FILE|URL|-             summarise a document, a page or a text
  hilo image PROMPT                     draw a picture and write it to a file
  hilo submit PROMPT                    put a prompt into the queue, and wait for its answer
  hilo history                          what was asked and answered in your jobs
  hilo batch COMMAND                    many jobs from a file of JSON Lines (hilo batch --help)
  hilo webhook COMMAND                  what receivers are told of your jobs (hilo webhook --help)
  hilo usage [FROM] [TO]                what was used, as text, JSON or CSV
  hilo call OPERATION [JSON]            run one operation on the running server, as its operator
  hilo grant ACCOUNT AMOUNT [REASON]    give credits to an account
  hilo refund CHARGE AMOUNT [REASON]    pay a charge back; CHARGE is its index in the ledger
  hilo user COMMAND                     make, list and reset accounts … (hilo user help)
  hilo team COMMAND                     teams, members, budgets, wallets (hilo team --help)
  hilo invite [USES] [DAYS] [ROLE]      make an invitation, list or withdraw them (hilo invite help)
  hilo admin COMMAND                    what administrators do with commands (hilo admin help)
  hilo backup FOLDER                    copy the data directory; the server may run
  hilo restore BACKUP                   put a backup into the place of the data directory
  hilo certificate FOLDER [NAME …]      make a certificate for trying TLS
  hilo ledger COMMAND                   verify, prove, export … a ledger on disk (hilo ledger help)
  hilo witness OPTIONS                  sign the checkpoints of other ledgers (hilo witness --help)
  hilo version                          the version (also hilo --version)
  hilo help                             this text

Settings are environment variables, or lines in a file .env; .env.example lists them.
`,
  es: `hilo: un servidor de chat para un modelo compartido

  hilo up                               arranca el servidor y la pasarela (lo que hace npm start)
  hilo chat                             conversa con un servidor en el terminal (hilo chat --help)
  hilo summarize ARCHIVO|URL|-          resume un documento, una página o un texto
  hilo image DESCRIPCIÓN                dibuja una imagen y la guarda en un archivo
  hilo submit PETICIÓN                  pon una petición en la cola y espera su respuesta
  hilo history                          lo que se pidió y se respondió en tus trabajos
  hilo batch ORDEN                      muchos trabajos de un archivo JSON Lines (hilo batch --help)
  hilo webhook ORDEN                    lo que se comunica de tus trabajos (hilo webhook --help)
  hilo usage [DESDE] [HASTA]            lo que se usó, como texto, JSON o CSV
  hilo call OPERACIÓN [JSON]            ejecuta una operación en el servidor en marcha, como su operador
  hilo grant CUENTA CANTIDAD [MOTIVO]   otorga créditos a una cuenta
  hilo refund COBRO CANTIDAD [MOTIVO]   devuelve un cobro; COBRO es su índice en el registro
  hilo user ORDEN                       crea, enumera y restablece cuentas… (hilo user help)
  hilo team ORDEN                       equipos, miembros, presupuestos, monederos (hilo team --help)
  hilo invite [USOS] [DÍAS] [ROL]       crea una invitación, las enumera o las retira (hilo invite help)
  hilo admin ORDEN                      lo que los administradores hacen con órdenes (hilo admin help)
  hilo backup CARPETA                   copia la carpeta de datos; el servidor puede seguir en marcha
  hilo restore COPIA                    pone una copia en el lugar de la carpeta de datos
  hilo certificate CARPETA [NOMBRE…]    crea un certificado para probar TLS
  hilo ledger ORDEN                     verifica, demuestra, exporta… un registro en disco (hilo ledger help)
  hilo witness OPCIONES                 firma los puntos de control de otros registros (hilo witness --help)
  hilo version                          la versión (también hilo --version)
  hilo help                             este texto

Los ajustes son variables de entorno, o líneas de un archivo .env; .env.example las enumera.
`,
} as const;

/** 128 and the number of SIGPIPE. */
const EXIT_PIPE = 141;

const OPTIONS: Readonly<Record<string, string>> = {
  '-h': 'help',
  '--help': 'help',
  '--version': 'version',
};

const COMMANDS: Readonly<Record<string, Command>> = {
  up,
  admin: adminCommand,
  invite: inviteCommand,
  backup: backupCommand,
  certificate: certificateCommand,
  restore: restoreCommand,
  chat: chatCommand,
  image: imageCommand,
  submit: submitCommand,
  history: historyCommand,
  batch: batchCommand,
  webhook: webhookCommand,
  usage: usageCommand,
  summarize: summarizeCommand,
  team: teamCommand,
  call: callCommand,
  grant: grantCommand,
  refund: refundCommand,
  user: userCommand,
  ledger: (args) => ledgerCommand([...args], { ...process, openContent }),
  witness: (args) => witnessCommand([...args], process),
  version: showVersion,
  help: () => Promise.resolve(print()),
};

// When `| head` has read enough, this process exits like a program that was ended by SIGPIPE.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT_PIPE);
});
loadSettings();
const [word = 'help', ...args] = process.argv.slice(2);
const name = Object.hasOwn(OPTIONS, word) ? (OPTIONS[word] ?? word) : word;
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command) {
  process.exitCode = await command(args, process);
} else {
  const unknown = { en: `hilo: there is no command "${name}"`, es: `hilo: no existe la orden «${name}»` };
  process.stderr.write(`${unknown[cliLocale()]}\n\n${USAGE[cliLocale()]}`);
  process.exitCode = EXIT_USAGE;
}

async function showVersion(): Promise<number> {
  const { version } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) as {
    version: string;
  };
  process.stdout.write(`hilo ${version}\n`);
  return 0;
}

function openContent(dataDir: string): Promise<ContentReader> {
  return openContentReader(dataDir, process.env['DATABASE_URL']);
}

function loadSettings(): void {
  try {
    loadProjectSettings(process.env, PROJECT, process.cwd());
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_USAGE);
  }
}

function print(): number {
  process.stdout.write(USAGE[cliLocale()]);
  return 0;
}
