/**
 * Passwords are kept as argon2id hashes, in the PHC string format, with the parameters that OWASP recommends:
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 * Each run takes 19 MiB and tens of milliseconds, so few run at once; password-turns.ts says whose is next.
 */
import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { PasswordTurns, type PasswordTurn } from './password-turns.ts';

export const PASSWORD_LIMITS = {
  memoryKib: 19 * 1024,
  passes: 2,
  parallelism: 1,
  saltBytes: 16,
  hashBytes: 32,
} as const;

/** Argon2 1.3, the only one that is in use. */
const VERSION = 19;
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

const derive = promisify(argon2);

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const PARAMETERS: Parameters = {
  memory: PASSWORD_LIMITS.memoryKib,
  passes: PASSWORD_LIMITS.passes,
  parallelism: PASSWORD_LIMITS.parallelism,
};

export class Passwords {
  readonly #randomBytes: (size: number) => Buffer;
  readonly #turns = new PasswordTurns();

  constructor(randomBytes: (size: number) => Buffer) {
    this.#randomBytes = randomBytes;
  }

  /** A PHC string. Rejects with `queue_full`. */
  async hash(password: string, turn: PasswordTurn): Promise<string> {
    const salt = this.#randomBytes(PASSWORD_LIMITS.saltBytes);
    const hash = await this.#run({ password, salt, turn }, PARAMETERS, PASSWORD_LIMITS.hashBytes);
    const { memory, passes, parallelism } = PARAMETERS;
    const parameters = `m=${memory},t=${passes},p=${parallelism}`;
    return `$argon2id$v=${VERSION}$${parameters}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /**
   * Whether the password is the one behind `phc`. For a user that does not exist, or that has no password,
   * `phc` is undefined: the answer is no, and takes as long. Rejects with `queue_full`.
   */
  async matches(password: string, phc: string | undefined, turn: PasswordTurn): Promise<boolean> {
    const [, memory, passes, parallelism, salt = '', hash = ''] = PHC.exec(phc ?? '') ?? [];
    if (hash === '') {
      const anySalt = Buffer.alloc(PASSWORD_LIMITS.saltBytes);
      await this.#run({ password, salt: anySalt, turn }, PARAMETERS, PASSWORD_LIMITS.hashBytes);
      return false;
    }
    const parameters = {
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    };
    const wanted = Buffer.from(hash, 'base64');
    const given = { password, salt: Buffer.from(salt, 'base64'), turn };
    const found = await this.#run(given, parameters, wanted.length);
    return timingSafeEqual(found, wanted);
  }

  #run({ password, salt: nonce, turn }: Given, parameters: Parameters, tagLength: number): Promise<Buffer> {
    // One password typed on two keyboards may come in two forms of Unicode.
    const message = Buffer.from(password.normalize('NFKC'));
    return this.#turns.run(turn, () => derive('argon2id', { ...parameters, message, nonce, tagLength }));
  }
}

interface Given {
  readonly password: string;
  readonly salt: Buffer;
  readonly turn: PasswordTurn;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
