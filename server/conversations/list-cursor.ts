/** Cursors of lists: opaque to clients, and checked when they come back. */
import { HiloError } from '../../shared/errors.ts';

/** The last row of a page. */
export interface Place {
  readonly at: number;
  readonly number: number;
}

const PLACE = /^(\d{1,16})\.(\d{1,16})$/;

export function encodePlace({ at, number }: Place): string {
  return Buffer.from(`${at}.${number}`).toString('base64url');
}

/** Throws `cursor_unknown` for what no list has given. */
export function decodePlace(cursor: string): Place {
  const [, at, number] = PLACE.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (at === undefined || number === undefined) throw new HiloError('cursor_unknown');
  return { at: Number(at), number: Number(number) };
}
