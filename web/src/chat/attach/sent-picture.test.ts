import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Params } from '../../../../shared/client/message.ts';
import type { RequestListener } from '../../../../shared/client/requests.ts';
import { SentPictures, type SentPicture } from './sent-picture.ts';

function open(hasSession = true) {
  const asked: Params[] = [];
  const listeners: RequestListener[] = [];
  const line = {
    request(_: string, params: Params, listener: RequestListener) {
      if (!hasSession) return undefined;
      asked.push(params);
      return listeners.push(listener);
    },
  } as unknown as SentPicture['line'];
  const pictures = new SentPictures((bytes) => bytes.text());
  const read = (position: number, isWanted = () => true) =>
    pictures.read({ line, message: '7', position }, isWanted);
  const piece = (text: string) => ['attachments.bytes', { data: btoa(text) }] as const;
  return { asked, listeners, read, piece };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

it('reads one picture after the other, and begins anew when its request is sent again', async () => {
  const { asked, listeners, read, piece } = open();
  const [first, second] = [read(0), read(1)];
  await settled();
  assert.deepEqual(asked, [{ message: '7', position: 0 }]);
  listeners[0]?.event(...piece('lost'));
  listeners[0]?.repeated();
  listeners[0]?.event(...piece('one '));
  listeners[0]?.event(...piece('piece'));
  listeners[0]?.settled({ ok: true, result: {} });
  assert.equal(await first, 'one piece');
  await settled();
  assert.deepEqual(asked.at(-1), { message: '7', position: 1 });
  listeners[1]?.settled({ ok: false, failure: { reason: 'not_found', message: '', values: {} } });
  assert.equal(await second, undefined);
});

it('does not read what is not shown any more, or cannot be had', async () => {
  const { asked, read } = open();
  assert.equal(await read(0, () => false), undefined);
  assert.deepEqual(asked, []);
  assert.equal(await open(false).read(0), undefined);
});
