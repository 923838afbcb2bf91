/** [H-3] Which connection serves which request. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryPeer } from '../../shared/client/memory-transport.fixture.ts';
import { ManualClock } from '../../shared/clock.ts';
import { ServerPool, type ServerAnswer } from './server-pool.ts';

const LIMITS = {
  serverConnectionsMax: 2,
  serverConnectionsIdleMax: 1,
  serverConnectionIdleMs: 30_000,
  waitingRequestsMax: 2,
  waitingRequestMs: 5_000,
  addressRequestsMax: 4,
};
const EXEMPT = '127.0.0.1';

class Bench {
  readonly clock = new ManualClock();
  readonly peers: MemoryPeer[] = [];
  readonly #closers = new Map<MemoryPeer, () => void>();
  readonly pool: ServerPool;

  constructor() {
    this.pool = new ServerPool({
      clock: this.clock,
      limits: LIMITS,
      isExempt: (address) => address === EXEMPT,
      open: (events) => {
        const peer = new MemoryPeer(events);
        this.peers.push(peer);
        this.#closers.set(peer, () => events.closed({}));
        queueMicrotask(() => peer.open());
        return peer;
      },
    });
  }

  ask(method: string, more: { address?: string; isRead?: boolean; signal?: AbortSignal } = {}) {
    const { address = EXEMPT, isRead = false, signal = new AbortController().signal } = more;
    return this.pool.ask({ method, params: {}, meta: { address }, timeoutMs: 10_000, isRead }, signal);
  }

  peer(index: number): MemoryPeer {
    const peer = this.peers[index];
    assert.ok(peer, `connection ${index}`);
    return peer;
  }

  /** The server ends the connection. */
  end(index: number): void {
    this.#closers.get(this.peer(index))?.();
  }
}

/** Lets everything happen that only waits for its turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function faultOf(answer: ServerAnswer): string | undefined {
  return 'fault' in answer ? answer.fault : undefined;
}

test('one request at a time on each connection, and the next one on the one that is free', async () => {
  const bench = new Bench();
  const asked = [bench.ask('a'), bench.ask('b')];
  await settled();
  assert.equal(bench.peers.length, 2);
  const third = bench.ask('c');
  await settled();
  assert.equal(bench.pool.waitingCount, 1);
  bench.peer(1).answer({ from: 'second' });
  assert.deepEqual(await asked[1], { ok: true, result: { from: 'second' } });
  await settled();
  assert.equal(bench.peer(1).sent.at(-1)?.['method'], 'c');
  bench.peer(0).answer({});
  bench.peer(1).answer({});
  await Promise.all([...asked, third]);
  await settled();
  assert.deepEqual([bench.pool.size, bench.pool.idleCount], [1, 1], 'no more are kept than may be idle');
});

test('a connection that nobody needs is closed', async () => {
  const bench = new Bench();
  const asked = bench.ask('a');
  await settled();
  bench.peer(0).answer({});
  await asked;
  bench.clock.advance(LIMITS.serverConnectionIdleMs - 1);
  assert.equal(bench.peer(0).ended, false);
  bench.clock.advance(1);
  assert.equal(bench.peer(0).ended, true);
  await settled();
  assert.equal(bench.pool.size, 0);
});

test('so many may wait, and so long', async () => {
  const bench = new Bench();
  void bench.ask('a');
  void bench.ask('b');
  const waiting = [bench.ask('c'), bench.ask('d')];
  assert.equal(faultOf(await bench.ask('e')), 'full');
  bench.clock.advance(LIMITS.waitingRequestMs);
  assert.deepEqual((await Promise.all(waiting)).map(faultOf), ['full', 'full']);
  assert.equal(bench.pool.waitingCount, 0);
  bench.pool.close();
});

test('one address does not take all places', async () => {
  const bench = new Bench();
  const greedy = { address: '192.0.2.1' };
  const asked = Array.from({ length: LIMITS.addressRequestsMax }, (_, index) =>
    bench.ask(`${index}`, greedy),
  );
  assert.equal(faultOf(await bench.ask('more', greedy)), 'address_full');
  await settled();
  bench.peer(0).answer({});
  await asked[0];
  void bench.ask('again', greedy);
  await settled();
  assert.equal(bench.pool.waitingCount, 2);
  bench.pool.close();
});

test('a request whose client is gone cuts its connection, or leaves the queue', async () => {
  const bench = new Bench();
  const gone = new AbortController();
  const cut = bench.ask('a', { signal: gone.signal });
  void bench.ask('b');
  const queued = bench.ask('c', { signal: gone.signal });
  const next = bench.ask('d');
  await settled();
  gone.abort();
  await Promise.all([cut, queued]);
  assert.equal(bench.peer(0).ended, true);
  await settled();
  bench.peer(2).answer({});
  assert.ok((await next).ok, 'its place is taken by who waits');
  bench.pool.close();
});

test('a request that came too late is over, with its connection', async () => {
  const bench = new Bench();
  const asked = bench.ask('a');
  await settled();
  bench.clock.advance(10_000);
  assert.equal(faultOf(await asked), 'timed_out');
  assert.equal(bench.peer(0).ended, true);
});

test('what only reads is asked again when a free connection was lost, and only then', async () => {
  for (const isRead of [true, false]) {
    const bench = new Bench();
    const fresh = bench.ask('a', { isRead });
    await settled();
    bench.end(0);
    assert.equal(faultOf(await fresh), 'lost', 'a new connection that breaks is no accident');
    const before = bench.ask('b', { isRead });
    await settled();
    bench.peer(1).answer({});
    await before;
    const asked = bench.ask('c', { isRead });
    await settled();
    bench.end(1);
    await settled();
    if (isRead) bench.peer(2).answer({});
    assert.equal(faultOf(await asked), isRead ? undefined : 'lost');
    bench.pool.close();
  }
});
