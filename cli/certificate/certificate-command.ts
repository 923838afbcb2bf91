/** `hilo certificate`: a certificate for trying TLS, without anybody who signs it. */
import { access, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { host } from '../../shared/environment.ts';
import { fill } from '../../shared/locale.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, isHelpAsked, type Command } from '../command.ts';
import { makeSelfSigned } from './self-signed.ts';

const DAYS = 365;
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'] as const;

/** `certificate FOLDER [NAME …]` */
export const certificateCommand: Command = async (args, io) => {
  const texts = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args)) {
    io.stdout.write(`${texts.usage}\n`);
    return 0;
  }
  const [folder, ...given] = args;
  const refuse = (reason: string, code: number): number => {
    io.stderr.write(`${reason}\n`);
    return code;
  };
  if (folder === undefined || folder.startsWith('-')) return refuse(texts.usage, EXIT_USAGE);
  const wrong = given.find((name) => !host().safeParse(name).success);
  if (wrong !== undefined) return refuse(fill(texts.wrongName, { name: wrong }), EXIT_USAGE);
  const certificate = join(resolve(folder), 'certificate.pem');
  const key = join(resolve(folder), 'certificate.key');
  try {
    for (const path of [certificate, key])
      if (await exists(path)) return refuse(fill(texts.exists, { path }), EXIT_USAGE);
    const [first = 'localhost', ...more] = given.length > 0 ? given : [...THIS_MACHINE, hostname()];
    const made = await makeSelfSigned([first, ...new Set(more)], { nowMs: Date.now(), days: DAYS });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(key, made.key, { mode: 0o600, flag: 'wx' });
    await writeFile(certificate, made.certificate, { flag: 'wx' });
    io.stdout.write(`${fill(texts.done, { certificate, key, names: [first, ...more].join(', ') })}\n`);
    return 0;
  } catch (error) {
    return refuse(
      fill(texts.failed, { reason: error instanceof Error ? error.message : String(error) }),
      EXIT_FAILED,
    );
  }
};

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const TEXTS = {
  en: {
    usage: `Usage: hilo certificate FOLDER [NAME …]
Makes a certificate that signs itself, for trying TLS: FOLDER/certificate.pem and FOLDER/certificate.key.
NAME are host names and addresses; without any they are those of this machine. It is valid for a year, and
browsers warn of it (docs/tls.md).`,
    wrongName: '"{name}" is neither a host name nor an address',
    exists: '{path} exists already, and is left as it is',
    done: `A certificate for {names}, for a year. In .env:

TLS_CERT_FILE={certificate}
TLS_KEY_FILE={key}
TLS_PORT=5443
HTTPS_PORT=8443`,
    failed: 'There is no certificate: {reason}',
  },
  es: {
    usage: `Uso: hilo certificate CARPETA [NOMBRE…]
Crea un certificado firmado por sí mismo, para probar TLS: CARPETA/certificate.pem y
CARPETA/certificate.key. NOMBRE son nombres de máquina y direcciones; si no se da ninguno, son los de esta
máquina. Vale un año, y los navegadores advierten de él (docs/tls.md).`,
    wrongName: '«{name}» no es un nombre de máquina ni una dirección',
    exists: '{path} ya existe y se deja como está',
    done: `Un certificado para {names}, por un año. En .env:

TLS_CERT_FILE={certificate}
TLS_KEY_FILE={key}
TLS_PORT=5443
HTTPS_PORT=8443`,
    failed: 'No hay certificado: {reason}',
  },
} as const;
