import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ShareReader } from './share-reader.ts';

type Answer = { readonly status?: number; readonly body?: object } | 'cut';

function setUp(...answers: Answer[]) {
  const asked: { address: string; credentials: string | undefined }[] = [];
  const reader = new ShareReader({
    share: 'a/b',
    root: new URL('http://hilo.test/below/'),
    fetch: (input, init) => {
      const address = input instanceof URL ? input.href : '';
      asked.push({ address, credentials: init?.credentials });
      const answer = answers.shift() ?? 'cut';
      if (answer === 'cut') return Promise.reject(new TypeError('Failed to fetch'));
      return Promise.resolve(Response.json(answer.body ?? {}, { status: answer.status ?? 200 }));
    },
  });
  const said = () => {
    const { value } = reader.reading;
    return value.name === 'shown' ? value.shared.messages.map(({ text }) => text).join(' ') : value.name;
  };
  return { reader, asked, said, answers };
}

const page = (nextCursor: string | undefined, ...texts: string[]) => ({
  body: { title: 'The sea', messages: texts.map((text) => ({ role: 'user', text })), nextCursor },
});

it('reads from the end to the beginning, and shows it from the beginning', async () => {
  const { reader, asked, said } = setUp(page('p2', 'three', 'four'), page(undefined, 'one', 'two'));
  assert.equal(said(), 'reading');
  await reader.read();
  assert.equal(said(), 'one two three four');
  assert.deepEqual(asked, [
    { address: 'http://hilo.test/below/shares/a%2Fb', credentials: 'omit' },
    { address: 'http://hilo.test/below/shares/a%2Fb?cursor=p2', credentials: 'omit' },
  ]);
  await reader.read();
  assert.equal(asked.length, 2, 'there is nothing before');
});

it('stops after some pages, and reads on when it is asked to', async () => {
  const { reader, said, asked } = setUp(...Array.from({ length: 21 }, (_, n) => page(`p${n}`, String(n))));
  await reader.read();
  assert.equal(asked.length, 20);
  assert.match(said(), /^19 .* 0$/);
  await reader.read();
  assert.match(said(), /^20 19 /, 'what could not be read any more is left for later');
});

it('tells a link that is gone from a server that is away', async () => {
  const gone = setUp({ status: 404 });
  await gone.reader.read();
  assert.equal(gone.said(), 'gone');
  const away = setUp('cut', { status: 503 }, page(undefined, 'back'));
  await away.reader.read();
  assert.equal(away.said(), 'away');
  await away.reader.read();
  assert.equal(away.said(), 'away');
  await away.reader.read();
  assert.equal(away.said(), 'back');
});

it('shows nothing more of a link that is withdrawn while it is read', async () => {
  const { reader, said, answers } = setUp(page(undefined, 'one'));
  await reader.read();
  answers.push('cut');
  await reader.check();
  assert.equal(said(), 'one');
  answers.push({ status: 404 });
  await reader.check();
  assert.equal(said(), 'gone');
});
