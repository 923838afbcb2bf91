import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fits, matchOfPostgres, matchOfSqlite, parseQuery, passageOf } from './search-query.ts';

function parsed(text: string) {
  const query = parseQuery(text);
  assert.ok(query, text);
  return query;
}

test('words in any order, without case and accents; the last one may be a beginning', () => {
  const query = parsed('Árbol GRAN');
  assert.deepEqual(query, { words: ['arbol'], prefix: 'gran', phrases: [] });
  assert.ok(fits(query, 'un gran arbol'));
  assert.ok(fits(query, 'Árboles no, un árbol grandísimo'));
  assert.equal(fits(query, 'arboles grandes'), false);
});

test('a word in quotes is whole, and words in quotes follow each other', () => {
  const query = parsed('"por la mañana" "café"');
  assert.equal(query.prefix, undefined);
  assert.ok(fits(query, 'Tomo CAFE por la Manana.'));
  assert.equal(fits(query, 'cafe la manana por'), false);
  assert.equal(fits(query, 'cafeteria por la manana'), false);
});

test('what belongs together without spaces is a phrase: hyphens and Chinese', () => {
  assert.ok(fits(parsed('self-made'), 'a self made man'));
  assert.equal(fits(parsed('self-made'), 'made himself, self'), false);
  assert.ok(fits(parsed('北京'), '我在北京。'));
  assert.equal(fits(parsed('北京'), '京北'), false);
});

test('nothing to look for', () => {
  for (const text of ['', '  ', '"', '!?', '""', '🌱']) assert.equal(parseQuery(text), undefined);
});

test('no query can say anything in the language of the index', () => {
  for (const evil of [
    'x" OR *',
    "x' | 'y",
    'tokens : x',
    'NEAR(a b)',
    "a'); drop table messages --",
    'a*b^-c',
  ]) {
    const query = parsed(evil);
    assert.match(matchOfSqlite(query, [1, 2]), /^\(?(?:"\dx[\p{L}\p{N}]+"|[()]| OR | AND | \*)+$/u);
    assert.match(matchOfPostgres(query, [1, 2]), /^\(?(?:'\dx[\p{L}\p{N}]+'|[()]| \| | & |:\*)+$/u);
  }
});

test('a passage shows the surroundings of the first hit, with all hits marked', () => {
  const text = `${'word '.repeat(60)}Un Árbol y otro árbol${' more'.repeat(60)}`;
  const passage = passageOf(parsed('"arbol"'), text);
  assert.deepEqual(
    passage.filter(({ hit }) => hit).map((part) => part.text),
    ['Árbol', 'árbol'],
  );
  const shown = passage.map((part) => part.text).join('');
  assert.ok(shown.startsWith('…word ') && shown.endsWith('…') && shown.length < 240, shown);
  assert.deepEqual(passageOf(parsed('b'), 'a b c'), [
    { text: 'a ' },
    { text: 'b', hit: true },
    { text: ' c' },
  ]);
});
