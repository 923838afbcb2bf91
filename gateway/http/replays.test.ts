/** [H-11] */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { Replays, type Recording } from './replays.ts';

const LIMITS = { replaysMax: 2, replayCharactersMax: 10, replaysCharactersMax: 15, replayMs: 1_000 };

function begun(replays: Replays, key: string, body = 'body', whose = 'ana'): Recording {
  const known = replays.begin(whose, key, body);
  assert.ok(known.state === 'new', `${key} is ${known.state}`);
  return known.recording;
}

function finish(recording: Recording, ...texts: string[]): void {
  for (const text of texts) recording.add(text);
  recording.finished({ contentType: 'text/plain', headers: {} });
}

test('the same key with the same body gives the same answer, for a time', () => {
  const clock = new ManualClock();
  const replays = new Replays(clock, LIMITS);
  const recording = begun(replays, 'a');
  assert.equal(replays.begin('ana', 'a', 'body').state, 'running');
  assert.equal(replays.begin('ana', 'a', 'another').state, 'other');
  finish(recording, 'ho', 'la');
  const known = replays.begin('ana', 'a', 'body');
  assert.deepEqual(known, {
    state: 'finished',
    answer: { contentType: 'text/plain', headers: {}, body: 'hola' },
  });
  assert.equal(replays.begin('ana', 'a', 'another').state, 'other');
  begun(replays, 'a', 'body', 'eva');
  clock.advance(1_000);
  begun(replays, 'a');
});

test('what failed, and what is too long, can be asked for again', () => {
  const replays = new Replays(new ManualClock(), LIMITS);
  begun(replays, 'a').failed();
  finish(begun(replays, 'a'), 'x'.repeat(6), 'y'.repeat(6));
  begun(replays, 'a');
});

test('the oldest answers go, when there are too many or they are too long together', () => {
  const replays = new Replays(new ManualClock(), LIMITS);
  const running = begun(replays, 'running');
  finish(begun(replays, 'a'), 'x'.repeat(5));
  finish(begun(replays, 'b'), 'x'.repeat(5));
  assert.equal(replays.begin('ana', 'running', 'body').state, 'running');
  begun(replays, 'a').failed();
  assert.equal(replays.begin('ana', 'b', 'body').state, 'finished');
  finish(running, 'x'.repeat(10));
  finish(begun(replays, 'c'), 'x'.repeat(10));
  begun(replays, 'b');
  begun(replays, 'running');
  assert.equal(replays.begin('ana', 'c', 'body').state, 'finished');
});
