/** Reports of errors by a server as a process of its own. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Process } from './support/processes.ts';

test('a server that cannot start has told it before it ends, without its paths', async (context) => {
  const bodies: string[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      bodies.push(body);
      response.end('{}');
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'hilo-reports-'));
  context.after(async () => {
    receiver.close();
    await rm(folder, { recursive: true, force: true });
  });
  // A file where the folder should be.
  const place = join(folder, 'data');
  await writeFile(place, '');
  const { port } = receiver.address() as AddressInfo;
  await assert.rejects(
    Process.start('server/main.ts', {
      DATA_DIR: place,
      LLM_PROVIDER: 'offline',
      SENTRY_DSN: `http://key@127.0.0.1:${port}/1`,
    }),
    /did not start, and ended with 1/,
  );
  assert.equal(bodies.length, 1);
  assert.match(bodies[0] ?? '', /"message":"The server cannot start"/);
  assert.match(bodies[0] ?? '', /"level":"fatal"/);
  assert.ok(!bodies[0]?.includes(place));
});
