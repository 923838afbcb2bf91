import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itemOf, receiptOf, resumptionOf, settingsOf, turnOf, versionsOf } from './slot-records.ts';
import type { Notice, Phase, Turn } from './turn.ts';

/** Nothing in it is what stands there when nothing is known. */
const FULL: Turn = {
  kind: 'turn',
  id: 'a',
  requestId: 7,
  text: 'hello',
  sentAtMs: 1,
  phase: { name: 'done', cut: true },
  answer: 'Yes',
  thinking: 'hm',
  thinkingSinceMs: 2,
  thinkingMs: 3,
  stopping: true,
  model: 'm',
  trace: 't',
  offline: true,
  degraded: true,
  charged: 4,
  receipt: { index: 5, proof: 'p', promptSalt: 's1', answerSalt: 's2', linkedWith: 6 },
  erased: true,
  promptMessage: 'm1',
  answerMessage: 'm2',
  asked: { name: 'edit', message: 'm0' },
  elsewhere: true,
  attachments: [{ name: 'a.txt', type: 'text' }],
  promptVersions: { ids: ['v1', 'v2'], index: 1 },
  answerVersions: { ids: ['v3', 'v4', 'v5'], index: 2 },
  remembered: 8,
};

const UNKNOWN: Partial<Turn> = {
  sentAtMs: 0,
  phase: { name: 'lost' },
  answer: '',
  thinking: '',
  thinkingSinceMs: 0,
  thinkingMs: 0,
  stopping: false,
  model: '',
  trace: '',
  offline: false,
  degraded: false,
  charged: undefined,
  receipt: undefined,
  erased: false,
  promptMessage: '',
  answerMessage: '',
  asked: { name: 'send' },
  elsewhere: false,
  promptVersions: undefined,
  answerVersions: undefined,
  remembered: undefined,
};

const PHASES: readonly Phase[] = [
  { name: 'held' },
  { name: 'sending' },
  { name: 'queued', position: 3, sinceMs: 9 },
  { name: 'loading' },
  { name: 'thinking' },
  { name: 'streaming' },
  { name: 'done', cut: false },
  { name: 'stopped' },
  { name: 'stopped', elsewhere: true },
  { name: 'failed', reason: 'upstream_failed', values: { seconds: 3 }, retryAtMs: 4 },
  { name: 'lost' },
];

const kept = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const phaseOf = (phase: unknown) => turnOf({ ...FULL, phase })?.phase;

describe('a kept turn', () => {
  it('is read as it was written', () => {
    assert.deepEqual(itemOf(kept(FULL)), FULL);
    for (const phase of PHASES) assert.deepEqual(itemOf(kept({ ...FULL, phase })), { ...FULL, phase });
    const asked = { name: 'regenerate', message: 'm0' } as const;
    assert.deepEqual(itemOf(kept({ ...FULL, asked })), { ...FULL, asked });
    assert.equal(turnOf(kept({ ...FULL, requestId: 'r' }))?.requestId, 'r');
  });

  it('has what is known when one value cannot be used', () => {
    for (const [name, value] of Object.entries(UNKNOWN)) {
      for (const unusable of [{}, null, undefined]) {
        assert.deepEqual(turnOf({ ...FULL, [name]: unusable }), { ...FULL, [name]: value }, name);
      }
    }
  });

  it('is none without its text and its names', () => {
    for (const name of ['id', 'requestId', 'text']) {
      assert.equal(itemOf({ ...FULL, [name]: undefined }), undefined, name);
    }
    for (const value of [null, 'turn', [FULL]]) assert.equal(itemOf(value), undefined);
    assert.equal(turnOf(undefined), undefined);
  });

  it('is lost when nobody knows how far it came', () => {
    for (const phase of [{ name: 'unheard of' }, 'done', null]) {
      assert.deepEqual(phaseOf(phase), { name: 'lost' });
    }
    assert.deepEqual(phaseOf({ name: 'queued' }), { name: 'queued', position: 1, sinceMs: 0 });
    assert.deepEqual(phaseOf({ name: 'stopped', elsewhere: 'yes' }), { name: 'stopped' });
    const failed = { name: 'failed', reason: 'internal', values: {}, retryAtMs: 0 };
    assert.deepEqual(phaseOf({ name: 'failed', reason: 'unheard of', values: 3 }), failed);
  });

  it('was asked with a message only where one is named', () => {
    for (const asked of [{ name: 'edit' }, { name: 'erase', message: 'm' }, { name: 'edit', message: 3 }]) {
      assert.deepEqual(turnOf({ ...FULL, asked })?.asked, { name: 'send' });
    }
  });
});

it('keeps the lines between turns, and only those that can be shown', () => {
  for (const name of ['restarted', 'expired', 'gap', 'copied', 'forgotten'] as const) {
    const notice: Notice = { kind: 'notice', id: 'n', name };
    assert.deepEqual(itemOf(kept(notice)), notice);
  }
  assert.equal(itemOf({ kind: 'notice', id: 'n', name: 'unheard of' }), undefined);
  assert.equal(itemOf({ kind: 'notice', name: 'gap' }), undefined);
});

it('knows versions only where there are several, and the place of one among them', () => {
  assert.deepEqual(versionsOf({ ids: ['a', 'b'], index: 0 }), { ids: ['a', 'b'], index: 0 });
  assert.deepEqual(versionsOf({ ids: ['a', 3, 'b'], index: 1 }), { ids: ['a', 'b'], index: 1 });
  for (const unusable of [
    { ids: ['a'], index: 0 },
    { ids: ['a', 'b'], index: 2 },
    { ids: 'ab', index: 0 },
    'ab',
  ]) {
    assert.equal(versionsOf(unusable), undefined);
  }
});

it('takes a receipt of the server before there is a proof', () => {
  const receipt = { index: 5, proof: '', promptSalt: '', answerSalt: '', linkedWith: 0 };
  assert.deepEqual(receiptOf({ index: 5 }), receipt);
  assert.equal(receiptOf({ proof: 'p' }), undefined);
  assert.equal(receiptOf('5'), undefined);
});

it('takes up a session only with all that is needed for it', () => {
  const session = { session: 's', token: 't', epoch: 'e', lastSeq: 0 };
  assert.deepEqual(resumptionOf(kept(session)), session);
  for (const name of Object.keys(session)) {
    assert.equal(resumptionOf({ ...session, [name]: undefined }), undefined, name);
  }
  assert.equal(resumptionOf(null), undefined);
});

it('keeps what was chosen for a conversation that has not begun', () => {
  const settings = { route: 'r', persona: 'p', instructions: 'i' };
  assert.deepEqual(settingsOf(kept(settings)), settings);
  assert.deepEqual(settingsOf({ persona: 3 }), { route: '', persona: '', instructions: '' });
  assert.equal(settingsOf(undefined), undefined);
});
