import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandBudget } from './command-budget.ts';

const LIMITS = { commandsPerSecond: 10, commandsBurst: 20, floodSecondsMax: 60 };

test('the burst is free, what comes after it is owed', () => {
  const budget = new CommandBudget(LIMITS, 0);
  for (let count = 0; count < 20; count += 1) budget.take(0);
  assert.equal(budget.waitMs(0), 0);
  budget.take(0);
  assert.equal(budget.waitMs(0), 100);
  assert.equal(budget.waitMs(50), 50);
  assert.equal(budget.waitMs(100), 0);
});

test('nobody saves more than the burst', () => {
  const budget = new CommandBudget(LIMITS, 0);
  for (let count = 0; count < 21; count += 1) budget.take(3_600_000);
  assert.equal(budget.waitMs(3_600_000), 100);
});

test('cheap ones count for little', () => {
  const budget = new CommandBudget(LIMITS, 0);
  for (let count = 0; count < 199; count += 1) budget.take(0, 0.1);
  assert.equal(budget.waitMs(0), 0);
});

test('who stays in debt is a flood, also with short rests; who rests is none', () => {
  const flooder = new CommandBudget(LIMITS, 0);
  const hasty = new CommandBudget(LIMITS, 0);
  for (let second = 0; second <= 61; second += 1) {
    const nowMs = second * 1_000;
    for (let count = 0; count < (second === 0 ? 25 : 10); count += 1) flooder.take(nowMs);
    if (second % 10 === 0) for (let count = 0; count < 25; count += 1) hasty.take(nowMs);
    assert.equal(flooder.isFlood(nowMs), nowMs > 60_000, `after ${second} s`);
    assert.equal(hasty.isFlood(nowMs), false);
  }
});
