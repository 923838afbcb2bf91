/** C2SP tlog-proof: an index, an inclusion proof and a signed checkpoint in one text file. Browser-safe. */
import { decodeBase64, encodeBase64 } from './base64.ts';
import { parseDecimal } from './checkpoint.ts';

const firstLine = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 leaves has proofs of 53 hashes; anything longer is not read. */
const hashesMax = 64;

export interface TlogProof {
  index: number;
  proof: Uint8Array[];
  /** The signed note, exactly as its log signed it. */
  checkpoint: string;
  /**
   * Opaque and not authenticated; Hilo puts the entry's text here, which its leaf hash then authenticates.
   */
  extra?: Uint8Array;
}

export function formatTlogProof(proof: TlogProof): string {
  const extra = proof.extra === undefined ? '' : `extra ${encodeBase64(proof.extra)}\n`;
  const hashes = proof.proof.map((item) => `${encodeBase64(item)}\n`).join('');
  return `${firstLine}\n${extra}index ${proof.index}\n${hashes}\n${proof.checkpoint}`;
}

/** Undefined for any text that is not exactly a proof. The checkpoint inside is not looked at. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const split = text.indexOf('\n\n');
  if (split < 0) return undefined;
  const [first, ...lines] = text.slice(0, split).split('\n');
  if (first !== firstLine || lines.length > hashesMax) return undefined;
  const checkpoint = text.slice(split + 2);
  const extraLine = lines[0]?.startsWith('extra ') === true ? lines.shift() : undefined;
  const extra = extraLine === undefined ? undefined : decodeBase64(extraLine.slice('extra '.length));
  if (extraLine !== undefined && extra === undefined) return undefined;
  const indexLine = lines.shift();
  const index =
    indexLine?.startsWith('index ') === true ? parseDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) return undefined;
  const proof: Uint8Array[] = [];
  for (const line of lines) {
    const hash = decodeBase64(line);
    if (hash?.length !== 32) return undefined;
    proof.push(hash);
  }
  return extra === undefined ? { index, proof, checkpoint } : { index, proof, checkpoint, extra };
}
