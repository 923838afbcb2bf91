import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputBudget } from './input-budget.ts';

const RATES = { bytesPerSecond: 1_000, bytesBurst: 4_000, workMsPerSecond: 100, workMsBurst: 500 };

test('[P-13] bytes and measured time are paid back at their rates', () => {
  const budget = new InputBudget(RATES, 0);
  budget.received(0, 4_000);
  budget.worked(0, 500);
  assert.equal(budget.waitMs(0), 0);
  budget.received(0, 500);
  assert.equal(budget.waitMs(0), 500);
  budget.worked(0, 200);
  assert.equal(budget.waitMs(0), 2_000);
  assert.equal(budget.waitMs(2_000), 0);
});

test('[P-13] one line costs at most the burst, however long the process stood still', () => {
  const budget = new InputBudget(RATES, 0);
  budget.worked(0, 500);
  budget.worked(0, 60_000);
  assert.equal(budget.waitMs(0), 5_000);
});
