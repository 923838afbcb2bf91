/** Small PNG files, and what only looks like one (W3C PNG, §5 and §11). */
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** One colour. */
export function plainPng(width: number, height: number, [red, green, blue]: readonly number[]): Buffer {
  const row = Buffer.alloc(1 + width * 3);
  for (let at = 1; at < row.length; at += 3) row.set([red ?? 0, green ?? 0, blue ?? 0], at);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  return png(header(width, height, 8, 2), rows);
}

/** Some kilobytes that are a hundred million pixels. */
export function bombPng(side: number): Buffer {
  return png(header(side, side, 1, 0), Buffer.alloc((1 + Math.ceil(side / 8)) * side));
}

function png(head: Buffer, rows: Buffer): Buffer {
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

function header(width: number, height: number, bits: number, colours: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([bits, colours], 8);
  return head;
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
