import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { z } from 'zod';
import { blockEnd, blockHash, blockStart, genesisPrevious, isBlockFault, parseBlock } from './block-text.ts';
import { entryBytesMax, entrySchemas, type Entry } from './entries.ts';
import { explainEntry, findEntry, formatEntry, isEntryText, parseEntry } from './entry-text.ts';

interface MemberSchema {
  pattern?: string;
  const?: string;
  enum?: string[];
}

/** Any entry of any type, from the schemas alone. */
function anyEntry(): fc.Arbitrary<Entry> {
  const types = Object.values(entrySchemas).map((schema) => {
    const { properties } = z.toJSONSchema(schema) as { properties: Record<string, MemberSchema> };
    const members = Object.entries(properties).map(([name, member]) => [name, anyValue(member)] as const);
    return fc.record(Object.fromEntries(members));
  });
  return fc.oneof(...types).map((entry) => ({ ...entry }) as unknown as Entry);
}

function anyValue(member: MemberSchema): fc.Arbitrary<string> {
  if (member.const !== undefined) return fc.constant(member.const);
  if (member.enum !== undefined) return fc.constantFrom(...member.enum);
  return fc.stringMatching(new RegExp(member.pattern ?? ''));
}

test('the text of any entry is RFC 8785 canonical, short, and reads back as the same entry', () => {
  fc.assert(
    fc.property(anyEntry(), (entry) => {
      assert.equal(explainEntry(entry), '');
      const text = formatEntry(entry);
      assert.equal(text, canonicalize(entry));
      assert.ok(text.length <= entryBytesMax);
      assert.deepEqual(parseEntry(text), entry);
      assert.ok(isEntryText(text, entry.type));
      assert.deepEqual(findEntry(`[${text},`, 1), { entry, end: text.length + 1 });
    }),
    { seed: 8785, numRuns: 2000 },
  );
});

test('no other text of the same JSON value is an entry', () => {
  const text = formatEntry({ account: 'a', amount: '5', at: time, expires: time, id: 'h', type: 'hold' });
  assert.ok(parseEntry(text));
  const value = JSON.parse(text) as Record<string, string>;
  const { account, ...rest } = value;
  for (const other of [
    ` ${text}`,
    `${text} `,
    text.replace(':', ': '),
    text.replace('"a"', '"\\u0061"'),
    JSON.stringify({ ...rest, account }),
    text.replace('{', '{"account":"a",'),
    text.replace('"type":"hold"', '"type":"hold","zone":"z"'),
    text.replace('"5"', '5'),
    text.replace('"5"', '"05"'),
    text.replace('"5"', '"-5"'),
    text.replace('hold', 'hald'),
    text.replace('"a"', '"\u00e1"'),
  ]) {
    assert.equal(parseEntry(other), undefined, other);
  }
});

test('an entry that breaks its schema is explained', () => {
  const entry: Entry = { account: 'has space', amount: '5', at: time, expires: time, id: 'h', type: 'hold' };
  assert.match(explainEntry(entry), /account/);
  assert.equal(isEntryText(formatEntry(entry), 'hold'), false);
});

test('the library that canonicalises keyed bodies follows RFC 8785', () => {
  const example: unknown = JSON.parse(
    '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],' +
      '"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals": [null, true, false]}',
  );
  const expected =
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
    '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
  assert.equal(canonicalize(example), expected);
  for (const wrong of [Number.NaN, Infinity, '\ud800', { '\udc00': 1 }])
    assert.throws(() => canonicalize(wrong));
});

test('a block is canonical JSON, its hash covers its header, and it reads back', () => {
  const entries: Entry[] = [
    { account: 'a', amount: '5', at: time, expires: time, id: 'h', type: 'hold' },
    { account: 'a', amount: '1', at: time, hold: '0', id: 'h', returned: '4', type: 'settle' },
  ];
  const root = Buffer.alloc(32, 3).toString('base64');
  const header = { count: 2, first: 10, n: 3, prev: genesisPrevious, root, ts: time };
  const hash = blockHash(header);
  const line = blockStart(2) + entries.map(formatEntry).join(',') + blockEnd(header, hash);
  assert.equal(line, canonicalize({ ...header, hash, entries, v: 1 }));
  const block = parseBlock(line);
  assert.ok(!isBlockFault(block));
  assert.deepEqual(block, { ...header, hash, entries, texts: entries.map(formatEntry) });
  assert.deepEqual(parseBlock(line.replace('},{', '}{')), {
    at: line.indexOf('},{') + 1,
    entry: 1,
    expected: 'a comma between entries',
  });
});

const time = '2030-01-02T03:04:05.678Z';
