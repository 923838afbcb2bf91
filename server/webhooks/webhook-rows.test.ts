/** Webhooks in the rows of their jobs, on both databases. */
import assert from 'node:assert/strict';
import { JobRepository, type NewJob } from '../jobs/job-repository.ts';
import { bothDialects } from '../store/store.fixture.ts';
import { WebhookRows } from './webhook-rows.ts';

const onBothDialects = bothDialects();
const OWNER = 'user:a';

function newJob(number: number, webhook: string | undefined): NewJob {
  return {
    number,
    id: `job-${number}`,
    owner: OWNER,
    account: 'a',
    actor: 'a',
    access: 'user',
    kind: 'completion',
    route: 'small',
    locale: 'en',
    trace: 'Usuario-1:m1',
    status: 'queued',
    title: '',
    hold: `x:${number}`,
    held: 1,
    inputTokens: 1,
    outputTokens: 1,
    createdAt: 1,
    request: '{}',
    clientId: undefined,
    webhook,
    batch: undefined,
    material: undefined,
  };
}

onBothDialects('a webhook is due from the end of its job on, once the ledger knows it', async (place) => {
  const store = await place.open();
  const jobs = new JobRepository(store);
  const rows = new WebhookRows(store);
  const to = { owner: OWNER, host: 'example.org:8443' };
  await jobs.add(newJob(1, 'https://example.org:8443/hook'));
  await jobs.add(newJob(2, undefined));
  assert.deepEqual(await rows.due(), []);
  const pending = { type: 'release', id: 'x', reason: 'cancelled' } as const;
  for (const number of [1, 2]) await jobs.end(number, 'queued', { status: 'cancelled', pending, at: 77 });
  assert.deepEqual(await rows.due(), [{ ...to, at: 77 }]);
  assert.equal(await rows.nextTo(to), undefined);
  for (const number of [1, 2]) await jobs.settled(number, { charged: 0, entry: undefined });
  const due = await rows.nextTo(to);
  assert.deepEqual([due?.job.id, due?.next, due?.attempts], ['job-1', 77, 0]);
  assert.equal(await rows.nextTo({ ...to, host: 'example.org' }), undefined);

  const tries = [{ at: 78, ms: 5, status: 500 }];
  await rows.tried(1, { status: undefined, next: 99, attempts: 1, tries });
  assert.deepEqual((await rows.nextTo(to))?.tries, tries);
  await rows.tried(1, { status: 'delivered', next: undefined, attempts: 2, tries });
  assert.deepEqual(await rows.due(), []);
  const page = await rows.page(OWNER, { below: 10, limit: 10 });
  assert.deepEqual(
    page.map(({ url, status }) => [url, status]),
    [['https://example.org:8443/hook', 'delivered']],
  );
  assert.equal(await jobs.erase(1), true);
  assert.deepEqual(await rows.page(OWNER, { below: 10, limit: 10 }), []);
});
