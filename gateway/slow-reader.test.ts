import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../shared/free-port.ts';
import { Browser, ScriptedServer, until, type ServerConnection } from './gateway.fixture.ts';

const LINE_BYTES = 10_000;
const LINES = 6_000;
const BROWSERS = 3;
const GROWTH_BYTES_MAX = 60 * 1024 * 1024;

/** Sends numbered lines as fast as they are taken. */
async function pour({ socket }: ServerConnection): Promise<void> {
  for (let number = 0; number < LINES; number += 1) {
    if (!socket.write(`${String(number).padEnd(LINE_BYTES - 1, '.')}\n`)) await once(socket, 'drain');
  }
  socket.end();
}

test('three browsers that do not read cost bounded memory and lose nothing: 3 × 60 MB', async (context) => {
  const server = new ScriptedServer();
  context.after(() => server.close());
  const [serverPort, port] = [await server.listen(), await freePort()];
  const environment = {
    ...process.env,
    TCP_PORT: String(serverPort),
    WS_PORT: String(port),
    LOG_LEVEL: 'info',
  };
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const gateway = spawn(process.execPath, [main], {
    env: environment,
    // Where no .env of a developer lies.
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => gateway.kill('SIGKILL'));
  await once(gateway.stdout, 'data');
  const metric = async (sample: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${sample} `))
        ?.split(' ')[1],
    );
  };
  const idleBytes = await metric('process_resident_memory_bytes');
  const browsers = Array.from({ length: BROWSERS }, () => new Browser(`ws://127.0.0.1:${port}/ws`));
  const connections: ServerConnection[] = [];
  for (const browser of browsers) {
    connections.push(await server.connections.next());
    if (browser.webSocket.readyState === browser.webSocket.CONNECTING) await once(browser.webSocket, 'open');
    browser.webSocket.pause();
  }
  const poured = Promise.all(connections.map(pour));
  await until(async () => (await metric('hilo_gateway_pauses_total{of="server"}')) >= BROWSERS);
  let peakBytes = await metric('process_resident_memory_bytes');
  assert.ok((await metric('hilo_gateway_backlog_bytes')) <= BROWSERS * 256 * 1024);
  for (const { webSocket } of browsers) webSocket.resume();
  let isPoured = false;
  void poured.then(() => (isPoured = true));
  await until(async () => {
    peakBytes = Math.max(peakBytes, await metric('process_resident_memory_bytes'));
    return isPoured;
  });
  for (const browser of browsers) {
    assert.deepEqual(await browser.closed, { code: 1000, reason: 'server_ended' });
    const messages = await browser.messages.take(LINES);
    assert.ok(messages.every((message, number) => Number.parseInt(message, 10) === number));
    assert.equal(browser.receivedBytes, LINES * (LINE_BYTES - 1));
  }
  assert.ok(peakBytes - idleBytes < GROWTH_BYTES_MAX, `grew by ${peakBytes - idleBytes} bytes`);
  gateway.kill('SIGTERM');
  assert.deepEqual(await once(gateway, 'exit'), [0, null]);
});
