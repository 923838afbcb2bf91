import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { KEPT_PROCESS_LIMITS, KeptProcess, type Death } from './kept-process.ts';
import { endInOrder, modelText } from './up.ts';

interface Ready {
  readonly port: number;
}

class FakeChild extends EventEmitter {
  readonly signals: unknown[] = [];

  kill(signal: unknown): boolean {
    this.signals.push(signal);
    return true;
  }
}

function keep() {
  const clock = new ManualClock();
  const children: FakeChild[] = [];
  const firsts: unknown[] = [];
  const deaths: Death[] = [];
  const kept = new KeptProcess<Ready>({
    start(first) {
      firsts.push(first);
      const child = new FakeChild();
      children.push(child);
      return child as unknown as ChildProcess;
    },
    clock,
    onDeath: (death) => deaths.push(death),
  });
  const newest = () => children.at(-1) ?? assert.fail('nothing was started');
  return {
    clock,
    children,
    firsts,
    deaths,
    kept,
    newest,
    listens: (port: number) => newest().emit('message', { ready: { port } }),
    async dies(code: number | null, signal: NodeJS.Signals | null = null) {
      newest().emit('exit', code, signal);
      await setImmediate();
    },
    async pauses(ms: number) {
      clock.advance(ms);
      await setImmediate();
    },
  };
}

test('what dies is started again, each time later, with what it said at first', async () => {
  const process = keep();
  process.listens(5001);
  assert.deepEqual(await process.kept.ready, { port: 5001 });
  const pauses = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
  for (const pauseMs of pauses) {
    const { length } = process.children;
    await process.dies(null, 'SIGKILL');
    assert.deepEqual(process.deaths.at(-1), { code: null, signal: 'SIGKILL', pauseMs });
    await process.pauses(pauseMs - 1);
    assert.equal(process.children.length, length);
    await process.pauses(1);
    assert.equal(process.children.length, length + 1);
  }
  assert.deepEqual(process.firsts, [undefined, ...pauses.map(() => ({ port: 5001 }))]);
  process.listens(5001);
  process.clock.advance(KEPT_PROCESS_LIMITS.steadyMs);
  // A clean exit that nobody asked for also leads to a restart.
  await process.dies(0);
  assert.equal(process.deaths.at(-1)?.pauseMs, KEPT_PROCESS_LIMITS.firstPauseMs);
});

test('what never listened, and what has wrong settings, is not started again', async () => {
  const failed = keep();
  await failed.dies(1);
  assert.deepEqual([await failed.kept.ready, await failed.kept.ended], [undefined, 1]);
  const killed = keep();
  await killed.dies(null, 'SIGKILL');
  assert.equal(await killed.kept.ended, 1);
  const wrong = keep();
  wrong.listens(1);
  await wrong.dies(null, 'SIGKILL');
  await wrong.pauses(KEPT_PROCESS_LIMITS.firstPauseMs);
  await wrong.dies(2);
  assert.equal(await wrong.kept.ended, 2);
});

test('what was stopped stays stopped, also in the pause before a restart', async () => {
  const running = keep();
  running.listens(1);
  const ended = running.kept.stop();
  assert.deepEqual(running.newest().signals, ['SIGTERM']);
  await running.dies(0);
  assert.equal(await ended, 0);
  const pausing = keep();
  pausing.listens(1);
  await pausing.dies(1);
  assert.equal(await pausing.kept.stop(), 0);
  assert.equal(pausing.children.length, 1);
});

test('the first signal is for the server, a later one for both; one that npm repeats does not count', () => {
  const clock = new ManualClock();
  const stopped: string[] = [];
  const process = (name: string) => ({
    stop() {
      stopped.push(name);
      return Promise.resolve(0);
    },
  });
  const end = endInOrder([process('server'), process('gateway')], clock);
  end();
  clock.advance(100);
  end();
  assert.deepEqual(stopped, ['server']);
  clock.advance(1_000);
  end();
  assert.deepEqual(stopped, ['server', 'server', 'gateway']);
});

test('a model server without its model is not said to answer', () => {
  const text = { offline: 'the companion', missing: 'missing: {model}' };
  assert.equal(modelText({ provider: 'ollama', missingModels: [] }, text), 'ollama');
  assert.equal(modelText({ provider: 'offline', missingModels: [] }, text), 'the companion');
  assert.equal(modelText({ provider: 'offline', missingModels: ['qwen'] }, text), 'missing: qwen');
  const others = modelText({ provider: 'ollama', missingModels: ['a', 'b'] }, text);
  assert.equal(others, 'ollama; missing: a, b');
});
