import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Publisher } from './publisher.ts';

test('everybody who has subscribed is told, whatever another does', () => {
  const faults: unknown[] = [];
  const told: string[] = [];
  const fault = new Error('Scripted');
  const publisher = new Publisher<string>((thrown) => faults.push(thrown));
  publisher.subscribe(() => {
    throw fault;
  });
  const leave = publisher.subscribe((message) => told.push(`a ${message}`));
  publisher.subscribe((message) => told.push(`b ${message}`));
  publisher.publish('1');
  leave();
  publisher.publish('2');
  assert.deepEqual(told, ['a 1', 'b 1', 'b 2']);
  assert.deepEqual(faults, [fault, fault]);
});
