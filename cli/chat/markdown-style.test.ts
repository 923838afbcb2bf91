import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MarkdownStyle } from './markdown-style.ts';

const SEED = 20_261_130;
const [B, C, P] = ['\x1b[1m', '\x1b[36m', '\x1b[0m'];

function styled(...chunks: readonly string[]): string {
  const style = new MarkdownStyle();
  return chunks.map((chunk) => style.push(chunk)).join('') + style.end();
}

test('headings, bold, code within a line and blocks of code have colours', () => {
  assert.equal(styled('# Title\ntext'), `${B}# Title${P}\ntext${P}`);
  assert.equal(styled('a **b** c'), `a ${B}**b**${P} c${P}`);
  assert.equal(styled('a `**b**` c'), `a ${C}\`**b**\`${P} c${P}`);
  assert.equal(styled('```\n# x\n```\n'), `${C}\`\`\`${P}\n${C}# x${P}\n${C}\`\`\`${P}${P}\n${P}`);
});

test(`the text stays as it is, and any chunking gives the same (seed ${SEED})`, () => {
  const Piece = fc.constantFrom('a', ' ', '*', '**', '`', '```', '#', '# ', '\n', 'ñ');
  fc.assert(
    fc.property(fc.array(Piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const whole = styled(text);
      assert.equal(whole.replaceAll(/\x1b\[\d+m/g, ''), text);
      assert.equal(styled(...text.split('')), whole);
    }),
    { seed: SEED, numRuns: 500 },
  );
});
