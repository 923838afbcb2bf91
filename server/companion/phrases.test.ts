/** What must hold for the phrase files that the server comes with. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CareReplies } from './care/care-replies.ts';
import { PHRASES_FOLDER, readPhrases } from './phrase-files/read-phrases.ts';
import type { Pack } from './rule.ts';
import { render, says } from './templates.ts';
import type { Template } from './templates.ts';

const PHRASES = readPhrases(PHRASES_FOLDER);
const REGISTERS = ['tú', 'usted', 'vos'] as const;
/** Not gone through in turn. */
const SAID_ONCE = ['introduction', 'hello', 'and', 'whatIAm'];

const TABLES = (['es', 'en'] as const).flatMap((language) => [
  { name: `${language}, conversation`, lists: listsOfPack(PHRASES[language].pack) },
  { name: `${language}, care`, lists: listsOfCare(PHRASES[language].care) },
]);

for (const { name, lists } of TABLES) {
  test(`${name}: every list can be gone through without repeating itself`, () => {
    for (const list of lists) {
      const plain = list.filter(({ hasSlot }) => !hasSlot);
      const needed = list.length > plain.length && plain.length === 0 ? list.length : plain.length;
      assert.ok(needed >= 2, `Too short: ${list.map(({ text }) => text).join(' / ')}`);
    }
  });

  test(`${name}: no template can be taken for another`, () => {
    const templates = lists.flat();
    for (const register of REGISTERS) {
      for (const template of templates) {
        const rendered = render(template, register, ['uno', 'dos']);
        assert.deepEqual(
          templates.filter((other) => says(rendered, other)),
          [template],
        );
      }
    }
  });

  test(`${name}: every template renders in every register without a bracket left`, () => {
    for (const template of lists.flat()) {
      for (const register of REGISTERS) {
        assert.doesNotMatch(render(template, register, ['a', 'b']), /[[\]{}|]|undefined| {2}/u);
      }
    }
  });
}

test('the templates of a reply are found whatever the register and the slots', () => {
  const finder = PHRASES.templates.finder();
  const templates = TABLES.flatMap(({ lists }) => lists.flat());
  for (const template of templates) {
    for (const register of REGISTERS) {
      const reply = `Hola.\n\n${render(template, register, ['uno', 'dos'])} ¿Y ahora?`;
      assert.deepEqual(
        new Set(finder.saidIn(reply).filter((one) => templates.includes(one))),
        new Set(templates.filter((one) => says(reply, one))),
      );
    }
  }
});

function listsOfPack({
  smallTalk,
  rules,
  memorable: _patterns,
  topics: _topics,
  ...lists
}: Pack): Template[][] {
  return [...[...smallTalk, ...rules].map(({ replies }) => [...replies]), ...listsIn(lists)];
}

function listsOfCare({ hear, askSafe, askThinking, topics, topicsOf, ...lists }: CareReplies): Template[][] {
  const tables = [hear, askSafe, askThinking, topics, ...Object.values(topicsOf)];
  return [...tables.flatMap(listsIn), ...listsIn(lists)];
}

function listsIn(table: Readonly<Record<string, readonly Template[]>>): Template[][] {
  return Object.entries(table).flatMap(([name, list]) => (SAID_ONCE.includes(name) ? [] : [[...list]]));
}
