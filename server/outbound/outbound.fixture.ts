/** For tests: a name server on this machine, and a dialler for which local servers are public. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import { buildConnector } from 'undici';
import { addressBytes } from '../../shared/ip-address.ts';
import type { Dial } from './guarded-connect.ts';
import { queriedAddresses, type ResolveName } from './resolve-name.ts';

const TYPES = { a: 1, aaaa: 28 } as const;
const HEADER_BYTES = 12;
const NO_SUCH_NAME = 3;

/** Of each name, the addresses that one query after the other is answered with; the last ones stay. */
export type Zone = Readonly<Record<string, readonly (readonly string[])[]>>;

/** Answers over UDP as a name server does, from a zone whose answers may change with every query. */
export async function startNameServer(zone: Zone) {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const { name, type, end } = questionOf(query);
    const isV4 = type === TYPES.a;
    const before = asked.filter((one) => one === `${name} ${type}`).length;
    asked.push(`${name} ${type}`);
    const answers = zone[name];
    const now = answers?.[Math.min(before, answers.length - 1)];
    const records = (now ?? []).filter((address) => isIPv4(address) === isV4);
    const head = Buffer.from(query.subarray(0, end));
    head.writeUInt16BE(0x8180 | (now ? 0 : NO_SUCH_NAME), 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt32BE(0, 8);
    socket.send(Buffer.concat([head, ...records.map((one) => recordOf(one, type))]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const resolve: ResolveName = ({ hostname, signal }) => {
    const resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${socket.address().port}`]);
    return queriedAddresses(resolver, hostname, signal);
  };
  return { resolve, asked, [Symbol.dispose]: () => socket.close() };
}

/** Every address is this machine's `port`; `dialled` has the addresses that the guard let pass. */
export function localDial(port: number): { readonly dial: Dial; readonly dialled: string[] } {
  const dialled: string[] = [];
  const connect = buildConnector({ allowH2: false, timeout: 1_000 });
  const dial: Dial = (addresses, options, callback) => {
    dialled.push(...addresses);
    connect({ ...options, hostname: '127.0.0.1', host: '127.0.0.1', port: String(port) }, callback);
  };
  return { dial, dialled };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** The name is a pointer to the question; the record may not be kept. */
function recordOf(address: string, type: number): Buffer {
  const data = bytesOf(address, type);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** A mapped address keeps its sixteen bytes on the wire. */
function bytesOf(address: string, type: number): Buffer {
  const bytes = addressBytes(address) ?? Buffer.alloc(0);
  if (type === TYPES.a || bytes.length > 4) return bytes;
  return Buffer.concat([Buffer.from('00000000000000000000ffff', 'hex'), bytes]);
}
