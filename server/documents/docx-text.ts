/** The text of a DOCX. It is a ZIP file, which is looked through before the package that reads it sees it. */
import { inflateRawSync } from 'node:zlib';
import mammoth from 'mammoth';
import { DocumentError } from './document.ts';
import { DOCUMENT_LIMITS } from './limits.ts';

const END_RECORD = 0x06_05_4b_50;
const END_RECORD_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const CENTRAL_HEADER = 0x02_01_4b_50;
const CENTRAL_HEADER_BYTES = 46;
const LOCAL_HEADER = 0x04_03_4b_50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;

interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/** Throws `DocumentError`, or what the package throws. */
export async function readDocx(bytes: Uint8Array): Promise<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  requireHarmless(buffer);
  const { value } = await mammoth.extractRawText({ buffer });
  return value;
}

/**
 * What the directory of the file says about sizes may be a lie, so every entry with text is unpacked once, up
 * to the limit. Names with a path out of the folder are a sign of an attack, though nothing is written.
 */
function requireHarmless(zip: Buffer): void {
  const entries = entriesOf(zip);
  let unpacked = 0;
  for (const entry of entries) {
    if ((entry.flags & ENCRYPTED_FLAG) !== 0) throw new DocumentError('locked');
    if (isOutside(entry.name)) throw new DocumentError('broken', 'A name leads out of the file');
    unpacked += Math.max(entry.bytes, unpackedBytes(zip, entry, DOCUMENT_LIMITS.unpackedBytesMax - unpacked));
    if (unpacked > DOCUMENT_LIMITS.unpackedBytesMax) throw new DocumentError('too_large', 'unpacked');
  }
}

function isOutside(name: string): boolean {
  return /^[/\\]|^[a-z]:|\\|\0/iu.test(name) || name.split('/').includes('..');
}

function unpackedBytes(zip: Buffer, entry: ZipEntry, left: number): number {
  const { offset, method, packedBytes } = entry;
  if (zip.readUInt32LE(offset) !== LOCAL_HEADER) throw new DocumentError('broken');
  const start = offset + LOCAL_HEADER_BYTES + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
  const packed = zip.subarray(start, start + packedBytes);
  if (method === STORED) return packed.length;
  if (method !== DEFLATED) throw new DocumentError('broken', 'A packing that no DOCX has');
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(left, 1) }).length;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw code === 'ERR_BUFFER_TOO_LARGE'
      ? new DocumentError('too_large', 'unpacked', error)
      : new DocumentError('broken', '', error);
  }
}

/** Reading beyond the end of the file throws a `RangeError`, as a damaged file deserves. */
function entriesOf(zip: Buffer): ZipEntry[] {
  const end = endRecordOf(zip);
  const count = zip.readUInt16LE(end + 10);
  if (count > DOCUMENT_LIMITS.entriesMax) throw new DocumentError('too_large', 'unpacked');
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== CENTRAL_HEADER) throw new DocumentError('broken');
    const nameBytes = zip.readUInt16LE(at + 28);
    const nameStart = at + CENTRAL_HEADER_BYTES;
    entries.push({
      name: zip.toString('utf8', nameStart, nameStart + nameBytes),
      flags: zip.readUInt16LE(at + 8),
      method: zip.readUInt16LE(at + 10),
      packedBytes: zip.readUInt32LE(at + 20),
      bytes: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    });
    at = nameStart + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function endRecordOf(zip: Buffer): number {
  const first = Math.max(0, zip.length - END_RECORD_BYTES - COMMENT_BYTES_MAX);
  for (let at = zip.length - END_RECORD_BYTES; at >= first; at -= 1) {
    if (zip.readUInt32LE(at) === END_RECORD) return at;
  }
  throw new DocumentError('broken');
}
