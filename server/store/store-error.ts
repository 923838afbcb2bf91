/** Failures of the store by kind, each with what the operator can do about it. */
import { statSync } from 'node:fs';

export type StoreErrorKind =
  /** Nothing can be written, or the data cannot be trusted, until somebody acts. */
  | 'disk_full'
  | 'read_only'
  | 'damaged'
  | 'unreachable'
  /** The database was made by a newer version. */
  | 'newer'
  /** A row with this key exists, or one that is referred to does not; the unit was not written. */
  | 'constraint'
  /** A text that no database accepts: U+0000 or half a surrogate pair. */
  | 'bad_text'
  /** Anything else; the unit was not written. */
  | 'failed';

const LASTING: ReadonlySet<StoreErrorKind> = new Set(['disk_full', 'read_only', 'damaged', 'unreachable']);

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }

  /** Whether every later write would fail as well. */
  get isLasting(): boolean {
    return LASTING.has(this.kind);
  }
}

/** Where the data is: the file of SQLite, or the address of a PostgreSQL database without its password. */
export interface StorePlace {
  readonly name: string;
  readonly file?: string;
}

/** What an error of a driver means. A `StoreError` stays as it is. */
export function asStoreError(error: unknown, place: StorePlace): StoreError {
  if (error instanceof StoreError) return error;
  const { message, code, errcode } = error as { message?: string; code?: string; errcode?: number };
  const kind = errcode === undefined ? kindOfCode(code) : kindOfSqlite(errcode);
  const words = `${message ?? String(error)}${code === undefined ? '' : ` (${code})`}`;
  if (!LASTING.has(kind)) return new StoreError(kind, `The store refused a write: ${words}`, error);
  return new StoreError(
    kind,
    `The store ${place.name} cannot be used: ${words}; ${remedy(kind, place)}`,
    error,
  );
}

/** The file that readers and writers of the log share could not grow: the first that a full disk refuses. */
const IOERR_SHMSIZE = 10 + 19 * 256;

/** SQLite's primary result codes are the lowest byte: https://sqlite.org/rescode.html */
function kindOfSqlite(errcode: number): StoreErrorKind {
  if (errcode === IOERR_SHMSIZE) return 'disk_full';
  switch (errcode & 0xff) {
    case 13:
      return 'disk_full';
    case 3: // PERM
    case 8: // READONLY
    case 14: // CANTOPEN
      return 'read_only';
    case 10: // IOERR
      return 'unreachable';
    case 11: // CORRUPT
    case 26: // NOTADB
      return 'damaged';
    case 19:
      return 'constraint';
    default:
      return 'failed';
  }
}

/**
 * Codes of the system, and the classes of SQLSTATE:
 * https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
function kindOfCode(code = ''): StoreErrorKind {
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100') return 'disk_full';
  if (['EACCES', 'EPERM', 'EROFS', '25006', '42501'].includes(code)) return 'read_only';
  if (['XX001', 'XX002'].includes(code)) return 'damaged';
  if (/^E[A-Z]+$/.test(code) || /^(?:08|28|3D|57P|53|58)/.test(code)) return 'unreachable';
  return code.startsWith('23') ? 'constraint' : 'failed';
}

function remedy(kind: StoreErrorKind, place: StorePlace): string {
  switch (kind) {
    case 'disk_full':
      return 'free space on its disk';
    case 'read_only':
      return place.file === undefined
        ? 'give the user of DATABASE_URL the right to write'
        : `make it writable for this process (${owners(place.file)})`;
    case 'damaged':
      return 'restore it from a backup';
    default:
      return place.file === undefined
        ? 'check DATABASE_URL, and whether the database server runs'
        : 'check the disk';
  }
}

function owners(file: string): string {
  const user = `this process runs as user ${process.getuid?.() ?? '?'}`;
  try {
    const { uid, mode } = statSync(file);
    return `it belongs to user ${uid}, mode ${(mode & 0o777).toString(8)}; ${user}`;
  } catch {
    return user;
  }
}
