import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ImportFault, IMPORT_LIMITS } from './imported-conversation.ts';
import { readImport } from './read-import.ts';

const FIXTURES = new URL('../../../test/fixtures/imports/', import.meta.url);

function fileOf(name: string): string {
  return readFileSync(new URL(name, FIXTURES), 'utf8');
}

function only(text: string) {
  const [conversation, ...more] = readImport(text);
  assert.ok(conversation && more.length === 0);
  return conversation;
}

test('ChatGPT: branches, pieces of one answer, hidden and other messages', () => {
  const { title, createdAt, updatedAt, messages } = only(fileOf('chatgpt.json'));
  assert.deepEqual(
    [title, createdAt, updatedAt],
    ['Rutas por la costa', 1_714_557_600_123, 1_714_561_200_500],
  );
  assert.deepEqual(
    messages.map(({ id, parent, role, text }) => [id, parent, role, text]),
    [
      ['q1', null, 'user', '¿Cuánto falta para el mar?'],
      ['a1', 'q1', 'assistant', 'Doce kilómetros.'],
      ['a2', 'q1', 'assistant', '```\nprint(12)\n```\n\nUnos doce.'],
    ],
  );
});

test('Open WebUI: the tree, the system prompt as instructions, archived ones', () => {
  const { status, instructions, messages } = only(fileOf('open-webui.json'));
  assert.deepEqual([status, instructions], ['archived', 'Answer like a baker.']);
  assert.deepEqual(
    messages.map(({ id, parent, text, at }) => [id, parent, text, at]),
    [
      ['m1', null, 'How long does dough rest?', 1_714_557_600_000],
      ['m2', 'm1', 'One hour.', 1_714_557_610_000],
      ['m3', 'm1', 'A night in the fridge.', 1_714_557_620_000],
      ['m4', 'm3', 'And rye?', 1_714_557_630_000],
      ['m5', 'm4', 'Rye does not rise much.', 1_714_557_640_000],
    ],
  );
});

function faultOf(value: unknown): ImportFault {
  try {
    readImport(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    assert.ok(error instanceof ImportFault, String(error));
    assert.notEqual(error.detail.es, '');
    return error;
  }
  return assert.fail('it was taken');
}

test('a fault is told with its place, and nothing is taken over', () => {
  const good = JSON.parse(fileOf('chatgpt.json')) as object[];
  assert.equal(faultOf('{"mapping"').place, 'JSON');
  assert.equal(faultOf('17').place, '{}');
  assert.equal(faultOf([...good, { what: 1 }]).place, '[1]');
  const wrong = { mapping: { a: { parent: null, message: { author: {}, content: {} } } } };
  assert.equal(faultOf([...good, wrong]).place, '[1].mapping.a.message.author.role');
  const circle = { a: { parent: 'b', message: null }, b: { parent: 'a', message: null } };
  assert.equal(faultOf({ mapping: circle }).place, 'mapping');
  const own = { format: 'hilo-conversation', version: 2 };
  assert.equal(faultOf(own).place, 'version');
  assert.equal(faultOf(Array.from({ length: 101 }, () => good[0])).place, '[]');
});

test('what is too long or cannot be stored', () => {
  const said = (text: string, count = 1) => ({
    title: 'a\u0000b\nc\ud800',
    mapping: Object.fromEntries(
      Array.from({ length: count }, (_, index) => {
        const content = { content_type: 'text', parts: [text] };
        const role = index % 2 === 0 ? 'user' : 'assistant';
        const parent = index === 0 ? null : `m${index - 1}`;
        return [`m${index}`, { parent, message: { author: { role }, content } }];
      }),
    ),
  });
  const [read] = readImport(JSON.stringify(said('x\u0000y\ud800z')));
  assert.deepEqual([read?.title, read?.messages[0]?.text], ['ab c\ufffd', 'xy\ufffdz']);
  assert.equal(faultOf(said('x'.repeat(IMPORT_LIMITS.textMax + 1))).place, 'messages.m0');
  assert.equal(faultOf(said('x', IMPORT_LIMITS.messagesMax + 1)).place, 'messages');
  assert.equal(readImport(JSON.stringify(said('x', IMPORT_LIMITS.messagesMax)))[0]?.messages.length, 2_000);
});
