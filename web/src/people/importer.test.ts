import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { IMPORT_FILE_LIMITS, readImportFile, requestsOf } from './import-file.ts';
import { Importer, type SendResult } from './importer.ts';

const FIXTURES = new URL('../../../test/fixtures/imports/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, FIXTURES), 'utf8');
const chat = (title: string, text = 'hi') => ({ title, mapping: { a: { message: text } } });
const fileOf = (text: string, size = text.length) => ({ size, text: () => Promise.resolve(text) });

function setUp(answer: (titles: readonly string[]) => SendResult, bytesMax = 60_000) {
  const requests: string[] = [];
  const importer = new Importer({
    bytesMax: () => bytesMax,
    send(data) {
      const titles = (JSON.parse(data) as { title: string }[]).map(({ title }) => title);
      requests.push(titles.join());
      return Promise.resolve(answer(titles));
    },
  });
  return { importer, requests };
}

const TAKEN = (titles: readonly string[]): SendResult => {
  return { ok: true, sent: { conversations: titles.length, messages: titles.length * 2 } };
};

it('reads the files of ChatGPT and Open WebUI, and one conversation alone', () => {
  for (const name of ['chatgpt.json', 'open-webui.json']) {
    const content = readImportFile(fixture(name));
    assert.ok('conversations' in content && content.conversations.length > 0, name);
  }
  assert.deepEqual(readImportFile(`\uFEFF${JSON.stringify(chat('one'))}`), { conversations: [chat('one')] });
});

it('puts together what the export of everything has in lines', () => {
  const head = {
    type: 'conversation',
    format: 'hilo-conversation',
    version: 1,
    status: 'open',
    pinned: false,
  };
  const time = '2026-11-30T09:00:00.000Z';
  const conversation = (id: string) => {
    return { ...head, id, title: `Title ${id}`, instructions: '', createdAt: time, updatedAt: time };
  };
  const message = (id: string, of: string) => {
    return { type: 'message', conversation: of, id, role: 'user', text: `said ${id}`, createdAt: time };
  };
  const lines = [
    { type: 'profile' },
    { type: 'folder', id: 'f', name: 'Work', instructions: 'Be brief' },
    { ...conversation('a'), folder: 'f' },
    message('1', 'a'),
    conversation('b'),
    message('2', 'b'),
  ];
  const content = readImportFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  assert.ok('conversations' in content);
  assert.deepEqual(content.conversations, [
    {
      ...conversation('a'),
      folder: { name: 'Work', instructions: 'Be brief' },
      messages: [message('1', 'a')],
    },
    { ...conversation('b'), messages: [message('2', 'b')] },
  ]);
  assert.deepEqual(readImportFile('{"type":"profile"}'), { fault: 'empty' });
});

it('says of what kind a file is that cannot be taken over', async () => {
  const faults = ['PK\u0003\u0004…', 'hello', '', '[]', '17', '{"what":1}'].map(readImportFile);
  assert.deepEqual(
    faults.map((content) => 'fault' in content && content.fault),
    ['archive', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown'],
  );
  const { importer, requests } = setUp(TAKEN);
  await importer.take(fileOf('[]', IMPORT_FILE_LIMITS.fileBytesMax + 1));
  assert.deepEqual(importer.state.value, { name: 'refused', fault: 'tooLarge' });
  assert.equal(requests.length, 0);
});

it('cuts a large file into requests, and leaves pictures out', () => {
  const text = 'x'.repeat(100_000);
  const many = Array.from({ length: 5 }, (_, n) => chat(String(n), text));
  const { requests, tooLarge } = requestsOf([...many, chat('big', 'x'.repeat(900_000))], 500_000);
  assert.deepEqual(
    requests.map((one) => one.length),
    [2, 2, 1],
  );
  assert.deepEqual(
    tooLarge.map(({ title }) => title),
    ['big'],
  );
  const pictures = chat('drawn', `data:image/png;base64,${'A'.repeat(900_000)}`);
  assert.equal(requestsOf([pictures], 500_000).requests.length, 1);
  const small = Array.from({ length: 101 }, (_, n) => chat(String(n)));
  assert.deepEqual(
    requestsOf(small, 500_000).requests.map(({ length }) => length),
    [100, 1],
  );
  const long = [chat('long', 'x'.repeat(262_145)), chat('whole', 'x'.repeat(262_144))];
  assert.deepEqual(
    requestsOf(long, 5_000_000).tooLarge.map(({ title }) => title),
    ['long'],
  );
  // Quotes take twice the room within JSON.
  assert.equal(requestsOf([chat('quotes', '"'.repeat(200_000))], 500_000).tooLarge.length, 1);
});

it('takes over what it can, and names what it left out and why', async () => {
  const { importer, requests } = setUp((titles) =>
    titles.includes('bad') ? { ok: false, isAboutData: true, words: 'No role' } : TAKEN(titles),
  );
  const all = [chat('a'), chat('bad'), chat('c'), chat('big', 'x'.repeat(70_000))];
  await importer.take(fileOf(JSON.stringify(all)));
  assert.deepEqual(requests, ['a,bad,c', 'a,bad', 'a', 'bad', 'c']);
  assert.deepEqual(importer.state.value, {
    name: 'done',
    progress: {
      conversations: 2,
      messages: 4,
      done: 4,
      total: 4,
      leftOut: [
        { title: 'big', why: undefined },
        { title: 'bad', why: 'No role' },
      ],
      deletedSoon: undefined,
    },
  });
});

it('stops when the server is away, and goes on from there', async () => {
  let isAway = true;
  const { importer, requests } = setUp((titles) =>
    isAway ? { ok: false, isAboutData: false, words: 'Away' } : TAKEN(titles),
  );
  await importer.take(fileOf(JSON.stringify([chat('a')])));
  assert.equal(importer.state.value.name, 'stopped');
  isAway = false;
  await importer.goOn();
  assert.deepEqual(requests, ['a', 'a']);
  assert.equal(importer.state.value.name, 'done');
});

it('sends the files of a conversation with it, or goes without them where they are too large', async () => {
  const head = { type: 'conversation', format: 'hilo-conversation', version: 1, title: 'Birds', id: 'a' };
  const message = { type: 'message', conversation: 'a', id: '1', role: 'user', text: 'What is it?' };
  const file = { type: 'file', conversation: 'a', message: '1', position: 0, text: 'x'.repeat(5_000) };
  const text = [{ type: 'profile' }, head, message, file].map((line) => JSON.stringify(line)).join('\n');
  const sent: { files?: unknown; messages: unknown[] }[][] = [];
  const importerOf = (bytesMax: number) =>
    new Importer({
      bytesMax: () => bytesMax,
      send(data) {
        sent.push(JSON.parse(data) as (typeof sent)[number]);
        return Promise.resolve(TAKEN(['Birds']));
      },
    });
  await importerOf(60_000).take(fileOf(text));
  const small = importerOf(4_000);
  await small.take(fileOf(text));
  assert.deepEqual(
    sent.map(([one]) => [one?.messages.length, one?.files]),
    [
      [1, [file]],
      [1, undefined],
    ],
  );
  const state = small.state.value;
  assert.ok(state.name === 'done');
  assert.deepEqual(state.progress.leftOut, [{ title: 'Birds', why: undefined, isOnlyFiles: true }]);
  assert.deepEqual([state.progress.done, state.progress.total], [1, 1]);
});
