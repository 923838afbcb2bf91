import assert from 'node:assert/strict';
import { test } from 'node:test';
import { creditsStatement } from './credits-statement.ts';

test('a statement in words of its reader; what people gave as a reason stays in theirs', () => {
  const at = '2026-01-02T03:04:05.000Z';
  const rows = [
    { index: 7, at, type: 'erase' as const, amount: 0, reason: 'retention' },
    { index: 6, at, type: 'erase' as const, amount: 0, reason: 'on request' },
    { index: 5, at, type: 'grant' as const, amount: 100, reason: 'sign-up' },
    { index: 4, at, type: 'charge' as const, amount: -21, trace: 'Usuario-3:m1', model: 'companion' },
    { index: 2, at, type: 'refund' as const, amount: 5, reason: 'wrong answer' },
    { index: 1, at, type: 'grant' as const, amount: 2_000, reason: 'gift' },
    { index: 0, at, type: 'grant' as const, amount: 20_000, reason: 'first message' },
  ];
  const statement = { account: 'a', balance: 19_984, rows };
  assert.deepEqual(creditsStatement.text?.render(statement, 'es').split('\n'), [
    '2026-01-02 03:04:05         0  #7 textos antiguos borrados',
    '2026-01-02 03:04:05         0  #6 textos borrados',
    '2026-01-02 03:04:05      +100  #5 créditos gratuitos por la cuenta nueva',
    '2026-01-02 03:04:05       -21  #4 respuesta Usuario-3:m1 companion',
    '2026-01-02 03:04:05        +5  #2 devolución: wrong answer',
    '2026-01-02 03:04:05     +2000  #1 créditos gratuitos',
    '2026-01-02 03:04:05    +20000  #0 créditos gratuitos',
    'Saldo: 19984',
  ]);
  assert.match(
    creditsStatement.text.render(statement, 'en'),
    /#4 answer .*\n.*#2 refund: wrong answer\n.*#1 free credits\n.*#0 free credits\n/,
  );
});
