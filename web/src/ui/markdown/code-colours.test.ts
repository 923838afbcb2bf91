import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { PART_RUNS, partsOf } from './code-colours.ts';
import type { CodeRun } from './code-runs.ts';

it('cuts coloured code into parts that end with a line and lose nothing', () => {
  const pieces = fc.array(fc.stringMatching(/^[ab\n]{1,4}$/), { maxLength: 3 * PART_RUNS, size: 'max' });
  fc.assert(
    fc.property(pieces, (texts) => {
      const text = `${texts.join('')}end`;
      const runs: CodeRun[] = [...texts, 'end'].map(({ length }) => ({ length, kind: 'string' }));
      const parts = [...partsOf(runs, text)];
      let at = 0;
      for (const [index, part] of parts.entries()) {
        at += part.reduce((sum, { length }) => sum + length, 0);
        if (index < parts.length - 1) assert.equal(text[at - 1], '\n');
      }
      assert.equal(at, text.length);
    }),
  );
});

it('leaves a line without end as it is', () => {
  const runs: CodeRun[] = Array.from({ length: 20 * PART_RUNS }, () => ({ length: 1, kind: 'name' }));
  assert.deepEqual([...partsOf(runs, 'x'.repeat(runs.length))], []);
});
