/** A process that writes is killed again and again: what it was told is there, and no unit is half there. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { bothDialects, type TestPlace } from './store.fixture.ts';
import type { Store } from './store.ts';

const KILLS = Number(process.env['KILLS'] ?? 3);
const SEED = Number(process.env['SEED'] ?? 1);
const ACKNOWLEDGED_MOST = 1_000;

const onBoth = bothDialects();

onBoth(`kill -9 while writing, ${KILLS} times, seed ${SEED}`, async (place) => {
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const most = 1 + (randomOf(kill) % ACKNOWLEDGED_MOST);
    acknowledged.push(...(await writeUntilKilled(place, most)));
    const store = await place.open();
    await assertWhole(store, acknowledged);
    await store.close();
  }
  assert.ok(acknowledged.length > KILLS);
  assert.equal(new Set(acknowledged).size, acknowledged.length, 'no number was given twice');
});

function randomOf(kill: number): number {
  return Number.parseInt(hash('sha256', `${SEED} ${kill}`, 'hex').slice(0, 8), 16);
}

/** What was acknowledged before the process died. */
async function writeUntilKilled({ dataDir, databaseUrl }: TestPlace, most: number): Promise<number[]> {
  const args = databaseUrl === undefined ? [dataDir] : [dataDir, databaseUrl];
  const writer = fork(join(import.meta.dirname, 'store-writer.fixture.ts'), args);
  const numbers: number[] = [];
  writer.on('message', (number: number) => {
    numbers.push(number);
    if (numbers.length === most) writer.kill('SIGKILL');
  });
  const [code, signal] = (await once(writer, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL', `it ended by itself, with ${code}`);
  return numbers;
}

async function assertWhole({ db }: Store, acknowledged: readonly number[]): Promise<void> {
  const rows = await db.selectFrom('properties').select('name').execute();
  const sides = { left: new Set<number>(), right: new Set<number>() };
  for (const { name } of rows) {
    const [, side, number] = /^(left|right) (\d+)$/.exec(name) ?? [];
    if (side === 'left' || side === 'right') sides[side].add(Number(number));
  }
  assert.deepEqual(sides.left.symmetricDifference(sides.right), new Set(), 'half a unit');
  const lost = acknowledged.filter((number) => !sides.left.has(number));
  assert.deepEqual(lost, [], 'acknowledged, and not there');
}
