import assert from 'node:assert/strict';
import { exchangeRecord } from '../observability/exchange-record.fixture.ts';
import type { ExchangeRecord } from '../observability/exchange-record.ts';
import { StoreError } from '../store/store-error.ts';
import { bothDialects } from '../store/store.fixture.ts';
import type { Store } from '../store/store.ts';
import { quarterOf } from './calendar.ts';
import { percentile } from './histogram.ts';
import { periodsOf } from './question-period.ts';
import { EVERYBODY } from './rollup-rows.ts';
import { charge, openUsageOf, PaperLedger, type Usage } from './usage.fixture.ts';
import type { Cut } from './usage-kinds.ts';
import { RECORDER_LIMITS } from './usage-recorder.ts';

const onBothDialects = bothDialects();

const NOW = '2026-03-10T12:00:00.000Z';
const ALL = { start: 0, end: quarterOf(Date.parse('2027-01-01T00:00:00Z')) };
const R = { route: 'r', provider: 'ollama', model: 'r-model', degraded: false } as const;

function recordOf(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return exchangeRecord({ account: 'ana', answeredBy: R, ...changes });
}

async function sums({ reports }: Usage, account: number, cut: Cut) {
  const found = await reports.sums({ account, ...ALL }, [cut]);
  return found[cut] ?? [];
}

async function totals(usage: Usage, account = EVERYBODY) {
  const [total] = await sums(usage, account, 'total');
  const { requests = 0, errors = 0, inputTokens = 0, outputTokens = 0, credits = 0 } = total?.tally ?? {};
  return [requests, errors, inputTokens, outputTokens, credits];
}

/** Everything, whether its record has come or not. */
async function flushLater(usage: Usage) {
  usage.clock.advance(RECORDER_LIMITS.recordMs);
  await usage.recorder.flush();
}

onBothDialects('an entry and its record, in either order, become one request', async ({ open }) => {
  const usage = await openUsageOf(await open());
  usage.ledger.commit(charge({ at: NOW, trace: 'Usuario-1:m1' }), '{"type":"grant"}');
  await usage.recorder.flush();
  assert.deepEqual(await totals(usage), [0, 0, 0, 0, 0], 'its record may still come');
  usage.recorder.exchangeEnded(recordOf({ trace: 'Usuario-1:m1' }));
  usage.recorder.exchangeEnded(recordOf({ trace: 'Usuario-1:m2', outcome: 'empty_answer' }));
  usage.ledger.commit(charge({ at: NOW, trace: 'Usuario-1:m2', amount: 5 }));
  await usage.recorder.flush();
  const ana = await usage.numberOf('ana');
  assert.deepEqual(await totals(usage), [2, 1, 6, 14, 15]);
  assert.deepEqual(await totals(usage, ana), [2, 1, 6, 14, 15]);
  const outcomes = await sums(usage, ana, 'outcome');
  const counts = outcomes.map(({ kind, tally }) => [kind.outcome, tally.requests] as const);
  assert.deepEqual(Object.fromEntries(counts), { answered: 1, empty_answer: 1 });
  const [{ kind, tally } = assert.fail()] = await sums(usage, EVERYBODY, 'performance');
  assert.deepEqual([kind.service, kind.route, kind.provider, kind.model], ['chat', 'r', 'ollama', 'r-model']);
  assert.equal(Math.round((percentile(tally.latency, 0.5) ?? 0) / 100), 50);
  assert.deepEqual([tally.bytesIn, tally.bytesOut, tally.usdNanos], [8, 40, 15_000_000]);
  const { events } = await usage.events.page(
    { account: ana, from: 0, to: Date.parse(NOW) + 1 },
    undefined,
    10,
  );
  const latencies = events.map(({ row }) => [row.request, row.latency_ms] as const);
  assert.deepEqual(Object.fromEntries(latencies), { 'Usuario-1:m1': 5_000, 'Usuario-1:m2': 5_000 });
});

onBothDialects(
  'without a record the ledger says enough; jobs and payers are told apart',
  async ({ open }) => {
    const usage = await openUsageOf(await open());
    usage.ledger.commit(
      charge({ at: NOW, hold: '12', service: 'completion' }),
      charge({ at: NOW, service: 'completion', finish: 'cancelled' }),
      charge({ at: NOW, account: 'team', actor: 'ana', finish: 'failed', amount: 0 }),
      charge({ at: NOW, actor: 'key:1', service: 'embedding' }),
    );
    await flushLater(usage);
    assert.deepEqual(await totals(usage), [4, 1, 12, 28, 30], 'for everybody it counts once');
    assert.deepEqual(await totals(usage, await usage.numberOf('ana')), [4, 1, 12, 28, 30]);
    assert.deepEqual(await totals(usage, await usage.numberOf('team')), [1, 1, 3, 7, 0]);
    const services = (await sums(usage, EVERYBODY, 'service')).map(({ kind }) => kind.service);
    assert.deepEqual(new Set(services), new Set(['chat', 'embedding', 'gateway', 'job']));
  },
);

onBothDialects('what was not counted when a process died is read from the ledger, once', async ({ open }) => {
  const ledger = new PaperLedger();
  const store = await open();
  const first = await openUsageOf(store, { ledger });
  ledger.commit(charge({ at: '2026-03-10T11:59:00.000Z' }));
  await first.recorder.flush();
  ledger.commit(charge({ at: NOW }), charge({ at: NOW, account: 'bea' }));
  // It dies here, before the next flush: nothing of it is closed.
  const second = await openUsageOf(store, { ledger, now: '2026-03-10T12:01:00.000Z' });
  assert.deepEqual(await totals(second), [1, 0, 3, 7, 10]);
  await second.recorder.flush();
  assert.deepEqual(await totals(second), [3, 0, 9, 21, 30]);
  const third = await openUsageOf(store, { ledger });
  await third.recorder.flush();
  assert.deepEqual(await totals(third), [3, 0, 9, 21, 30]);
});

onBothDialects('a write that fails is made up for, and counts nothing twice', async ({ open }) => {
  const store = await open();
  let isBroken = false;
  const { db, dialect, place, failure } = store;
  const fragile: Store = {
    db,
    dialect,
    place,
    failure,
    write: (...args) =>
      isBroken ? Promise.reject(new StoreError('failed', 'Scripted')) : store.write(...args),
    forgetBytes: () => store.forgetBytes(),
    close: () => store.close(),
  };
  const usage = await openUsageOf(fragile);
  usage.ledger.commit(charge({ at: NOW }));
  await flushLater(usage);
  isBroken = true;
  usage.ledger.commit(charge({ at: NOW }), charge({ at: NOW }));
  usage.clock.advance(RECORDER_LIMITS.recordMs);
  await assert.rejects(usage.recorder.flush(), /Scripted/);
  isBroken = false;
  await flushLater(usage);
  assert.deepEqual(await totals(usage), [3, 0, 9, 21, 30]);
});

onBothDialects('refusals count, whoever they are of, and only some of them become rows', async ({ open }) => {
  const usage = await openUsageOf(await open());
  usage.ledger.commit(charge({ at: NOW }));
  await flushLater(usage);
  const refused = { outcome: 'rate_limited', settled: undefined, answeredBy: undefined } as const;
  const times = { ...recordOf().times, arrivedAtMs: Date.parse(NOW) };
  const flood = RECORDER_LIMITS.refusalsMax + 100;
  for (let count = 0; count < flood; count += 1) {
    usage.recorder.exchangeEnded(recordOf({ ...refused, times, wanted: `made up ${count}` }));
  }
  await usage.recorder.flush();
  const counted = RECORDER_LIMITS.refusalsMax + 1;
  const ana = await usage.numberOf('ana');
  assert.deepEqual((await totals(usage)).slice(0, 2), [counted, counted - 1]);
  assert.deepEqual((await totals(usage, ana)).slice(0, 2), [counted, counted - 1]);
  // The same kind for all of them, although each named another route.
  assert.equal((await sums(usage, EVERYBODY, 'performance')).length, 2);
  const pages = RECORDER_LIMITS.refusalsMax / RECORDER_LIMITS.eventsAtOnce;
  const page = await usage.events.page(
    { account: ana, from: 0, to: ALL.end * 900_000, outcome: 'rate_limited' },
    undefined,
    10_000,
  );
  assert.equal(page.events.length, pages * RECORDER_LIMITS.refusalRowsMax);
  usage.recorder.exchangeEnded(recordOf({ ...refused, times, account: 'nobody knows' }));
  await usage.recorder.flush();
  assert.equal(await usage.numberOf('nobody knows'), -1, 'a stranger who is refused gets no row');
  assert.equal((await totals(usage))[0], counted + 1);
});

onBothDialects('days and months are folded when they are over, and again if need be', async ({ open }) => {
  const store = await open();
  const usage = await openUsageOf(store, { zone: 'America/Santiago', now: '2026-09-05T20:00:00.000Z' });
  // In Santiago 23:50 on 5 September, and 01:05 on the 6th, a quarter of an hour later.
  usage.ledger.commit(charge({ at: '2026-09-06T03:50:00.000Z' }), charge({ at: '2026-09-06T04:05:00.000Z' }));
  usage.clock.advance(9 * 3_600_000);
  await usage.recorder.flush();
  await usage.folder.fold();
  const ana = await usage.numberOf('ana');
  const byDay = async (account: number) => {
    const { calendar, reports } = usage;
    const period = {
      start: calendar.dayNamed('2026-09-05').start,
      end: calendar.dayNamed('2026-09-07').end,
    };
    const periods = periodsOf(period, 'day', calendar);
    const [series] = await reports.series({ account, grain: 'day', periods, calendar }, 'total');
    return series?.tallies.map(({ requests }) => requests);
  };
  const folded = async () => {
    const rows = await store.db
      .selectFrom('usage_rollups')
      .select(['level', 'requests'])
      .where('account', '=', ana)
      .where('level', '>=', 10)
      .orderBy('level')
      .orderBy('start')
      .execute();
    return rows.map(({ level, requests }) => [level, requests]);
  };
  assert.deepEqual(await folded(), [[10, 1]]);
  assert.deepEqual(
    [await byDay(ana), await byDay(EVERYBODY)],
    [
      [1, 1, 0],
      [1, 1, 0],
    ],
  );
  usage.clock.advance(40 * 24 * 3_600_000);
  await usage.folder.fold();
  assert.deepEqual(await folded(), [
    [10, 1],
    [10, 1],
    [20, 2],
  ]);
  usage.ledger.commit(charge({ at: '2026-09-06T03:55:00.000Z' }));
  await usage.recorder.flush();
  assert.deepEqual(await byDay(ana), [2, 1, 0], 'before it is folded again');
  await usage.folder.fold();
  assert.deepEqual(await folded(), [
    [10, 2],
    [10, 1],
    [20, 3],
  ]);
  assert.deepEqual(await byDay(EVERYBODY), [2, 1, 0]);
  assert.deepEqual(await totals(usage, ana), [3, 0, 9, 21, 30]);
});

onBothDialects('another time zone has other days, of the same use', async ({ open }) => {
  const store = await open();
  const ledger = new PaperLedger();
  const later = '2026-05-01T00:00:00.000Z';
  const utc = await openUsageOf(store, { ledger, now: later });
  // The same day in UTC, two days in Kolkata, and two months.
  ledger.commit(charge({ at: '2026-03-31T18:15:00.000Z' }), charge({ at: '2026-03-31T18:30:00.000Z' }));
  await utc.recorder.flush();
  await utc.folder.fold();
  const days = async ({ calendar, reports }: Usage) => {
    const period = { start: calendar.dayNamed('2026-03-31').start, end: calendar.dayNamed('2026-04-01').end };
    const periods = periodsOf(period, 'day', calendar);
    const [series] = await reports.series({ account: EVERYBODY, grain: 'day', periods, calendar }, 'total');
    return series?.tallies.map(({ requests }) => requests);
  };
  assert.deepEqual(await days(utc), [2, 0]);
  await utc.folder.close();
  await utc.recorder.close();
  const kolkata = await openUsageOf(store, { ledger, now: later, zone: 'Asia/Kolkata' });
  assert.deepEqual(await days(kolkata), [1, 1]);
  await kolkata.folder.fold();
  assert.deepEqual(await days(kolkata), [1, 1]);
  assert.deepEqual(await totals(kolkata), [2, 0, 6, 14, 20]);
  const unfolded = await store.db.selectFrom('usage_unfolded').selectAll().execute();
  assert.deepEqual(unfolded, []);
});

onBothDialects(
  'events are deleted after their time, and everything of a person when they go',
  async ({ open }) => {
    const store = await open();
    const usage = await openUsageOf(store);
    usage.ledger.commit(
      charge({ at: '2026-03-01T12:00:00.000Z' }),
      charge({ at: NOW }),
      charge({ at: NOW, account: 'bea' }),
    );
    await flushLater(usage);
    assert.equal(await usage.events.deleteOld(Date.parse('2026-03-05T00:00:00Z')), 1);
    const ana = await usage.numberOf('ana');
    const eventsOf = async (account: number) => {
      const filter = { account, from: 0, to: Date.parse(NOW) + 1 };
      return (await usage.events.page(filter, undefined, 10)).events.length;
    };
    assert.deepEqual([await eventsOf(EVERYBODY), await eventsOf(ana)], [2, 1]);
    assert.equal((await totals(usage))[0], 3);
    await usage.recorder.forget('ana');
    assert.deepEqual([await eventsOf(EVERYBODY), await eventsOf(ana)], [1, 0]);
    assert.deepEqual([await totals(usage, ana), (await totals(usage))[0]], [[0, 0, 0, 0, 0], 3]);
  },
);
