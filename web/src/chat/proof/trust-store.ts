/**
 * What this browser knows of the server's ledger: the keys that it has trusted, on first use, and with each
 * the newest checkpoint that it has proved. Shared by all windows, so it is read anew for each question.
 */
import { decodeBase64, encodeBase64 } from '../../../../shared/ledger/base64.ts';
import type { TreeHead } from '../../../../shared/ledger/web-tree.ts';
import { isRecord, numberOf, textOf } from '../../../../shared/client/message.ts';
import type { KeyValues } from '../../ui/browser-values.ts';

const KEY = 'hilo.ledger';
const KEYS_KEPT = 4;

export interface KeptCheckpoint extends TreeHead {
  readonly atMs: number;
}

export interface TrustedKey {
  /** `origin+keyid+base64` */
  readonly verifierKey: string;
  readonly sinceMs: number;
  readonly checkpoint: KeptCheckpoint | undefined;
}

export class TrustStore {
  readonly #values: KeyValues;

  constructor(values: KeyValues) {
    this.#values = values;
  }

  /** The key in force. */
  get current(): TrustedKey | undefined {
    return this.#read().at(-1);
  }

  find(verifierKey: string): TrustedKey | undefined {
    return this.#read().find((key) => key.verifierKey === verifierKey);
  }

  /** The trusted key that one of these signatures claims to be of; the newest first. */
  signerOf(signatures: readonly { readonly name: string; readonly keyId: string }[]): TrustedKey | undefined {
    return this.#read().findLast(({ verifierKey }) =>
      signatures.some(({ name, keyId }) => verifierKey.startsWith(`${name}+${keyId}+`)),
    );
  }

  /** Makes a key the one in force. A key that was trusted before starts again without a checkpoint. */
  trust(verifierKey: string, nowMs: number): void {
    const others = this.#read().filter((key) => key.verifierKey !== verifierKey);
    this.#write([...others, { verifierKey, sinceMs: nowMs, checkpoint: undefined }].slice(-KEYS_KEPT));
  }

  /** Keeps a proved checkpoint, unless a newer one is kept already. */
  keep(verifierKey: string, { size, root }: TreeHead, nowMs: number): void {
    const keys = this.#read().map((key) => {
      const isNewer = key.checkpoint === undefined || key.checkpoint.size < size;
      if (key.verifierKey !== verifierKey || !isNewer) return key;
      return { ...key, checkpoint: { size, root, atMs: nowMs } };
    });
    this.#write(keys);
  }

  /** The history of the key in force is given up; what comes next is the first. */
  forgetCheckpoint(): void {
    const keys = this.#read();
    const current = keys.pop();
    if (current) this.#write([...keys, { ...current, checkpoint: undefined }]);
  }

  #read(): TrustedKey[] {
    try {
      const record: unknown = JSON.parse(this.#values.getItem(KEY) ?? '{}');
      const keys = isRecord(record) && Array.isArray(record['keys']) ? record['keys'] : [];
      return keys.map(keyOf).filter((key) => key !== undefined);
    } catch {
      return [];
    }
  }

  #write(keys: readonly TrustedKey[]): void {
    const plain = keys.map(({ verifierKey, sinceMs, checkpoint }) => ({
      verifierKey,
      sinceMs,
      ...(checkpoint && { checkpoint: { ...checkpoint, root: encodeBase64(checkpoint.root) } }),
    }));
    try {
      this.#values.setItem(KEY, JSON.stringify({ keys: plain }));
    } catch {
      // Without room the next load of the page starts from the beginning.
    }
  }
}

function keyOf(value: unknown): TrustedKey | undefined {
  if (!isRecord(value) || textOf(value['verifierKey']) === '') return undefined;
  return {
    verifierKey: textOf(value['verifierKey']),
    sinceMs: numberOf(value['sinceMs']),
    checkpoint: checkpointOf(value['checkpoint']),
  };
}

function checkpointOf(value: unknown): KeptCheckpoint | undefined {
  const root = isRecord(value) ? decodeBase64(textOf(value['root'])) : undefined;
  if (!isRecord(value) || root === undefined) return undefined;
  return { size: numberOf(value['size']), root, atMs: numberOf(value['atMs']) };
}
