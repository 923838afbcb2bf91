import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { parsePhraseFile } from './phrase-file.ts';
import { PhraseFaults } from './phrase-faults.ts';
import { regExpSource } from './pattern-notation.ts';
import { PHRASES_FOLDER, readPhrases } from './read-phrases.ts';

// A file.

test('titles, comments, what is heard and what is said', () => {
  const text = '# Who\n[rule / 9]\n(one|two)\n\n# What\n- Yes, [tú|usted].\n- No.\n\n[end]\r\nthree\r\n';
  const { sections } = parsePhraseFile('x.txt', text, new PhraseFaults());
  assert.deepEqual(sections, [
    {
      title: ['rule', '9'],
      line: 2,
      heard: [{ text: '(one|two)', line: 3 }],
      said: [
        { text: 'Yes, [tú|usted].', line: 6 },
        { text: 'No.', line: 7 },
      ],
    },
    { title: ['end'], line: 9, heard: [{ text: 'three', line: 10 }], said: [] },
  ]);
});

test('an indented line goes on with the one above, between two words or between two choices', () => {
  const text = '[a]\n(one|\n    two|three)\n    four\n- Go\n    on.\n';
  const [section] = parsePhraseFile('x.txt', text, new PhraseFaults()).sections;
  assert.deepEqual(section?.heard, [{ text: '(one|two|three) four', line: 2 }]);
  assert.deepEqual(section?.said, [{ text: 'Go on.', line: 5 }]);
});

test('a line before the first title, and an indented line without one above, are faults', () => {
  const faults = new PhraseFaults();
  parsePhraseFile('x.txt', 'lost\n[a]\n\n  indented\n', faults);
  assert.throws(
    () => faults.throwIfAny(),
    (error: Error) => /x\.txt:1: stands/u.test(error.message) && /x\.txt:4: begins/u.test(error.message),
  );
});

// A pattern.

const NAMES = new Map([['near', '(?:mi|my) [a-z]+']]);
const patterns: readonly [string, string][] = [
  ['(a|b)? c', '(?:a|b)? c'],
  ['no puedo <.+>', 'no puedo (.+)'],
  ['{near} me pega', '(?:mi|my) [a-z]+ me pega'],
  ['(?<!no )x(?! y)(?=z|$)', '(?<!no )x(?! y)(?=z|$)'],
  ['[(<] \\( a{2,3}', '[(<] \\( a{2,3}'],
];
for (const [written, source] of patterns) {
  test(`the pattern ${written}`, () => {
    assert.equal(regExpSource(written, NAMES), source);
  });
}

test('a bracket without its partner and an unknown name are faults', () => {
  assert.throws(() => regExpSource('(a|b', NAMES), /bracket/u);
  assert.throws(() => regExpSource('{far} away', NAMES), /\{far\} is not among the names/u);
});

// The folder.

test('every fault is told with its file and line', async (t) => {
  const folder = await copyOfPhrases(t);
  await rm(join(folder, 'en/words.txt'));
  await edit(folder, 'es/danger.txt', (text) => text.replace('[sure / suicide]', '[sure / suicides]'));
  await edit(folder, 'es/care.txt', (text) => text.replace('[stay]\n', '[stay]\n- Aquí [estoy.\n'));
  await edit(folder, 'en/helplines.txt', (text) => text.replace('USA: ', 'USA '));
  await edit(folder, 'en/remarks.txt', (text) => text.replace('[rule]', '[rule / often]'));
  await edit(folder, 'es/answers.txt', (text) => text.replace('\nbromeaba\n', '\nBromeé\n'));
  await edit(folder, 'es/verbs.txt', (text) => text.replace('soy eres es sos', 'soy eres es'));
  assert.throws(
    () => readPhrases(folder),
    (error: Error) => {
      for (const fault of [
        /^en\/words\.txt:1: cannot be read \(ENOENT\)$/mu,
        /^es\/danger\.txt:\d+: \[sure \/ suicides\] is not known$/mu,
        /^es\/care\.txt:\d+: has a bracket that is not/mu,
        /^en\/helplines\.txt:\d+: has no colon/mu,
        /^en\/remarks\.txt:\d+: "often" is neither/mu,
        /^es\/answers\.txt:\d+: is compared in lower case and without accents$/mu,
        /^es\/verbs\.txt:\d+: has 3 words, where 4 are needed$/mu,
      ]) {
        assert.match(error.message, fault);
      }
      return true;
    },
  );
});

test('the line that a fault names is the line', async (t) => {
  const folder = await copyOfPhrases(t);
  const at = await edit(folder, 'en/answers.txt', (text) => text.replace('\nlonely\n', '\nlonely(\n'));
  assert.throws(
    () => readPhrases(folder),
    new RegExp(`en/answers\\.txt:${at}: "lonely\\(" is not a pattern`, 'u'),
  );
});

async function copyOfPhrases(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-phrases-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(PHRASES_FOLDER, folder, { recursive: true });
  return folder;
}

/** Returns the number of the first line that it changed. */
async function edit(folder: string, name: string, change: (text: string) => string): Promise<number> {
  const path = join(folder, name);
  const before = await readFile(path, 'utf8');
  const after = change(before);
  assert.notEqual(after, before, `Nothing to change in ${name}`);
  await writeFile(path, after);
  const lines = before.split('\n');
  return after.split('\n').findIndex((line, index) => line !== lines[index]) + 1;
}
