/** The setting `WITNESSES`: who cosigns this server's checkpoints, and by which keys they are known. */
import { z } from 'zod';
import { list } from '../../shared/environment.ts';
import { readWitnessKey } from '../../shared/ledger/cosignature-keys.ts';

export const WITNESS_SETTING_LIMITS = {
  /** Together with the log's own signature, as many signatures as every reader of a note has to accept. */
  witnessesMax: 15,
} as const;

export interface WitnessSetting {
  /** The submission prefix, without a slash at its end. */
  readonly url: string;
  /** `name+keyid+base64`, as `hilo witness key` prints it. */
  readonly verifierKey: string;
}

/** `URL=VKEY,URL=VKEY…`, such as `https://witness.example.org=witness.example.org/w1+1a2b3c4d+BJ8…`. */
export function witnessList() {
  return list(witness()).superRefine((witnesses, context) => {
    const keys = new Set(witnesses.map(({ verifierKey }) => verifierKey));
    const fault = (message: string): void => context.addIssue({ code: 'custom', message });
    if (keys.size < witnesses.length) fault('each witness once, by its key');
    const { witnessesMax } = WITNESS_SETTING_LIMITS;
    if (witnesses.length > witnessesMax) fault(`at most ${witnessesMax} witnesses`);
  });
}

function witness() {
  return z.string().transform((text, context): WitnessSetting => {
    const split = text.indexOf('=');
    const url = readPrefix(text.slice(0, Math.max(split, 0)));
    const verifierKey = text.slice(split + 1);
    if (url !== undefined && readWitnessKey(verifierKey) !== undefined) return { url, verifierKey };
    const message =
      url === undefined
        ? 'witnesses as https://HOST/PREFIX=VKEY, with commas between them'
        : `the key of the witness at ${url}, after its =, as hilo witness key prints it`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** The request's path is appended, so nothing may follow the prefix; and it must not contain a password. */
function readPrefix(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  if (/[?#]/.test(text) || url.username !== '' || url.password !== '') return undefined;
  return text.replace(/\/+$/, '');
}
