/**
 * A process that writes without a pause until it is killed: many units in flight, each of two rows under a
 * number from a sequence. It sends each number to its parent once the unit is acknowledged.
 */
import { systemClock } from '../../shared/clock.ts';
import { openSequence } from './sequence.ts';
import { silentLog } from './store.fixture.ts';
import { openStore } from './store.ts';

const IN_FLIGHT = 64;

const [dataDir = '', databaseUrl] = process.argv.slice(2);
const store = await openStore({ dataDir, databaseUrl, clock: systemClock, log: silentLog });
const sequence = await openSequence(store, 'units');
await Promise.all(Array.from({ length: IN_FLIGHT }, write));

async function write(): Promise<never> {
  for (;;) {
    const number = sequence.next();
    await store.write(
      ['left', 'right'].map((side) =>
        store.db
          .insertInto('properties')
          .values({ name: `${side} ${number}`, value: '' })
          .compile(),
      ),
    );
    process.send?.(number);
  }
}
