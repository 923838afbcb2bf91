import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualClock } from '../../../shared/clock.ts';
import { ChannelLocks, type Channel } from './locks.ts';

type Listener = (event: { readonly data: unknown }) => void;

/** The windows of one browser; messages arrive at once. */
function createBrowser() {
  const clock = new ManualClock(0);
  const listeners = new Set<Listener>();
  const window = (id: string) => {
    let own: Listener = () => {};
    const channel: Channel = {
      addEventListener: (_type, listener) => {
        own = listener;
        listeners.add(listener);
      },
      postMessage: (data) => {
        for (const listener of listeners) if (listener !== own) listener({ data });
      },
    };
    const locks = new ChannelLocks(channel, (delayMs, run) => clock.after(delayMs, run), id);
    return { locks, crash: () => listeners.delete(own) };
  };
  return { clock, window };
}

const forEver = () => new Promise(() => {});

function ask(locks: ChannelLocks, name = 'slot'): { readonly given: boolean | undefined } {
  const state: { given: boolean | undefined } = { given: undefined };
  void locks.request(name, { ifAvailable: true }, (lock) => {
    state.given = lock !== null;
    return forEver();
  });
  return state;
}

const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

it('gives a lock that no window holds, and refuses one that another window holds', async () => {
  const { clock, window } = createBrowser();
  const first = ask(window('a').locks);
  clock.advance(80);
  await settled();
  assert.equal(first.given, true);
  const second = window('b').locks;
  const [taken, other] = [ask(second), ask(second, 'other')];
  clock.advance(80);
  await settled();
  assert.deepEqual([taken.given, other.given], [false, true]);
});

it('gives a lock to one of two windows that ask at the same moment', async () => {
  const { clock, window } = createBrowser();
  const [b, a] = [ask(window('b').locks), ask(window('a').locks)];
  clock.advance(80);
  await settled();
  assert.deepEqual([a.given, b.given], [true, false]);
});

it('gives a lock that a window held which is gone', async () => {
  const { clock, window } = createBrowser();
  const lost = window('a');
  ask(lost.locks);
  clock.advance(80);
  await settled();
  lost.crash();
  const next = ask(window('b').locks);
  clock.advance(80);
  await settled();
  assert.equal(next.given, true);
});
