/**
 * Passwords are kept as argon2id hashes, in the PHC string format, with the parameters that OWASP recommends:
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 * Each run takes 19 MiB and tens of milliseconds, so few run at once and a bounded number waits.
 */
import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import pLimit, { type LimitFunction } from 'p-limit';
import { HiloError } from '../../shared/errors.ts';

export const PASSWORD_LIMITS = {
  memoryKib: 19 * 1024,
  passes: 2,
  parallelism: 1,
  saltBytes: 16,
  hashBytes: 32,
  /** More would take the threads on which the store and the ledger write. */
  runsAtOnce: 2,
  waitingMax: 64,
  retryAfterMs: 3_000,
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
  readonly #turn: LimitFunction = pLimit(PASSWORD_LIMITS.runsAtOnce);

  constructor(randomBytes: (size: number) => Buffer) {
    this.#randomBytes = randomBytes;
  }

  /** A PHC string. Rejects with `queue_full`. */
  async hash(password: string): Promise<string> {
    const salt = this.#randomBytes(PASSWORD_LIMITS.saltBytes);
    const hash = await this.#run(password, salt, PARAMETERS, PASSWORD_LIMITS.hashBytes);
    const { memory, passes, parallelism } = PARAMETERS;
    const parameters = `m=${memory},t=${passes},p=${parallelism}`;
    return `$argon2id$v=${VERSION}$${parameters}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /**
   * Whether the password is the one behind `phc`. For a user that does not exist, or that has no password,
   * `phc` is undefined: the answer is no, and takes as long. Rejects with `queue_full`.
   */
  async matches(password: string, phc: string | undefined): Promise<boolean> {
    const [, memory, passes, parallelism, salt = '', hash = ''] = PHC.exec(phc ?? '') ?? [];
    if (hash === '') {
      const anySalt = Buffer.alloc(PASSWORD_LIMITS.saltBytes);
      await this.#run(password, anySalt, PARAMETERS, PASSWORD_LIMITS.hashBytes);
      return false;
    }
    const parameters = {
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    };
    const wanted = Buffer.from(hash, 'base64');
    const found = await this.#run(password, Buffer.from(salt, 'base64'), parameters, wanted.length);
    return timingSafeEqual(found, wanted);
  }

  #run(password: string, nonce: Buffer, parameters: Parameters, tagLength: number): Promise<Buffer> {
    const { waitingMax, retryAfterMs } = PASSWORD_LIMITS;
    if (this.#turn.pendingCount >= waitingMax) {
      throw new HiloError('queue_full', { retryAfterMs, values: { seconds: retryAfterMs / 1_000 } });
    }
    // One password typed on two keyboards may come in two forms of Unicode.
    const message = Buffer.from(password.normalize('NFKC'));
    return this.#turn(() => derive('argon2id', { ...parameters, message, nonce, tagLength }));
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
