import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LinkedList, type LinkedNode } from './linked-list.ts';

const SEED = 20_261_108;

const Action = fc.oneof(
  fc.record({ type: fc.constantFrom('first' as const, 'last' as const) }),
  fc.record({ type: fc.constant('remove' as const), index: fc.nat(20) }),
);

test(`does what an array does (seed ${SEED})`, () => {
  const property = fc.property(fc.array(Action, { maxLength: 100 }), (actions) => {
    const list = new LinkedList<number>();
    const array: LinkedNode<number>[] = [];
    actions.forEach((action, value) => {
      if (action.type === 'remove') {
        const [node] = array.splice(action.index % (array.length || 1), 1);
        if (node) list.remove(node);
      } else if (action.type === 'first') array.unshift(list.addFirst(value));
      else array.push(list.addLast(value));
      assert.deepEqual(
        [...list],
        array.map((node) => node.value),
      );
      assert.equal(list.size, array.length);
      assert.equal(list.first, array[0]);
    });
  });
  fc.assert(property, { seed: SEED });
});
