import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { HostilePeer } from './hostile-peer.ts';

const LAST_WORDS: readonly (readonly [text: string, word: string])[] = [
  ['hello\nFAIL * flooding: too fast\n', 'flooding'],
  ['{"error":{"data":{"reason":"slow_consumer","closing":true}}}\n', 'slow_consumer'],
  ['{"error":{"data":{"reason":"parse_error"}}}\n', ''],
  ['FAIL * line_too_long: shorter, please\npong 1\n', ''],
  ['', ''],
];

for (const [text, word] of LAST_WORDS) {
  test(`Reads why it was ended: ${word || 'nobody said why'} (${text.length})`, async () => {
    const server = createServer((socket) => socket.end(text)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const peer = await HostilePeer.open({ host: '127.0.0.1', port, connectTimeoutMs: 5_000 });
    await peer.gone;
    server.close();
    assert.equal(peer.lastWord, word);
  });
}
