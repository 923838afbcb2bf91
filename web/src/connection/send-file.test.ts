import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Outcome, Params } from '../../../shared/client/message.ts';
import type { Asking } from '../connection/page-line.ts';
import { sendFile, type SendFileOptions, type SentFile } from './send-file.ts';

const FULL: Outcome = { ok: false, failure: { reason: 'files_full', message: '', values: {} } };

function send(
  bytes: Uint8Array<ArrayBuffer>,
  answers: Readonly<Record<string, Outcome>> = {},
  options: Partial<SendFileOptions> = {},
) {
  const asked: [string, Params][] = [];
  const ask = async (method: string, params: Params): Promise<Outcome> => {
    asked.push([method, params]);
    return answers[method] ?? { ok: true, result: { file: 'f1', bytes: 0 } };
  };
  const sizes: number[] = [];
  const line = { ask } as unknown as Pick<Asking, 'ask'>;
  const sent: Promise<SentFile> = sendFile(new Blob([bytes]), {
    line,
    pieceBytes: 10_000,
    isWanted: () => true,
    sent: (size) => sizes.push(size),
    ...options,
  });
  return { sent, asked, sizes };
}

const BYTES = Uint8Array.from({ length: 25_000 }, (_, at) => (at * 7) % 256);

it('sends a file in pieces that together are its bytes', async () => {
  const { sent, asked, sizes } = send(BYTES);
  assert.deepEqual(await sent, { ok: true, file: 'f1' });
  const pieces = asked.filter(([method]) => method === 'files.append').map(([, params]) => params);
  assert.deepEqual(
    pieces.map(({ at }) => at),
    [0, 10_000, 20_000],
  );
  const joined = Buffer.concat(pieces.map(({ data }) => Buffer.from(String(data), 'base64')));
  assert.deepEqual(joined, Buffer.from(BYTES));
  assert.deepEqual(sizes, [10_000, 20_000, 25_000]);
  assert.deepEqual(
    [asked[0], asked.at(-1)],
    [
      ['files.begin', { bytes: 25_000 }],
      ['files.end', { file: 'f1' }],
    ],
  );
});

it('throws away what was sent when a piece is refused, or it is stopped', async () => {
  const refused = send(BYTES, { 'files.append': FULL });
  assert.deepEqual(await refused.sent, { ok: false, failure: FULL });
  assert.deepEqual(refused.asked.at(-1), ['files.end', { file: 'f1', discard: true }]);
  let pieces = 0;
  const stopped = send(BYTES, {}, { isWanted: () => (pieces += 1) < 2 });
  assert.deepEqual(await stopped.sent, { ok: false, failure: 'stopped' });
  assert.deepEqual(stopped.asked.at(-1), ['files.end', { file: 'f1', discard: true }]);
});

it('sends nothing when the file is not taken', async () => {
  const { sent, asked } = send(BYTES, { 'files.begin': FULL });
  assert.deepEqual(await sent, { ok: false, failure: FULL });
  assert.equal(asked.length, 1);
});
