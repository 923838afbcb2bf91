/**
 * The gateway between a server that pours and browsers that do not read: its memory must not be the bucket.
 */
import { GATEWAY_NODE_FLAGS } from '../../shared/process-settings.ts';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Child, answersHttp } from '../stack/child.ts';
import { freePort } from '../../shared/free-port.ts';
import { memoryOfPid } from '../stack/process-usage.ts';
import type { BenchContext, Figure } from './figure.ts';
import { maskedFrame, upgradeRequest } from './raw-client.ts';
import { pause, startEcho } from './subjects.ts';

const HERE = import.meta.dirname;
const BROWSERS = 3;
const MEGABYTES_EACH = 300;
const MEBIBYTE = 1_048_576;

export async function slowBrowsers(context: BenchContext): Promise<Figure[]> {
  const pour = await startEcho(join(HERE, 'pour-server.ts'), [], [String(MEGABYTES_EACH)]);
  const port = await freePort();
  const gateway = new Child({
    name: 'gateway',
    args: [...GATEWAY_NODE_FLAGS, ...context.subjectOptions, join(HERE, '../../gateway/main.ts')],
    environment: {
      GATEWAY_HOST: '127.0.0.1',
      WS_PORT: String(port),
      TCP_PORT: String(pour.port),
      LOG_LEVEL: 'warn',
    },
  });
  try {
    await gateway.ready(() => answersHttp(`http://127.0.0.1:${port}/healthz`));
    const before = (await memoryOfPid(gateway.pid))?.residentBytes ?? Number.NaN;
    const browsers = await Promise.all(Array.from({ length: BROWSERS }, () => stalledBrowser(port)));
    await pause(context.quick ? 3_000 : 10_000);
    const peak = (await memoryOfPid(gateway.pid))?.peakBytes ?? Number.NaN;
    pour.child.send({ ask: 'poured' });
    const { poured } = (await pour.child.message()) as { poured: number };
    for (const browser of browsers) browser.destroy();
    return [figure(peak, before, poured)];
  } finally {
    await gateway.stop();
    await pour.child.stop();
  }
}

function figure(peak: number, before: number, poured: number): Figure {
  return {
    name: `${BROWSERS} slow browsers × ${MEGABYTES_EACH} MB, gateway peak`,
    value: peak / MEBIBYTE,
    unit: 'MiB',
    floor: before / MEBIBYTE,
    floorName: 'before',
    measure: 'value',
    target: { atMost: 100 },
    notes: [`${(poured / MEBIBYTE).toFixed(1)} MiB left the server before it had to wait`],
  };
}

/** Opens a WebSocket, says a line, and reads no byte after the handshake. */
function stalledBrowser(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(upgradeRequest(port)));
    socket.once('data', () => {
      socket.pause();
      socket.write(maskedFrame('{"jsonrpc":"2.0","id":1,"method":"server.ping","params":{}}'));
      resolve(socket);
    });
  });
}
