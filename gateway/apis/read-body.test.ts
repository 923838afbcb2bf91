import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { ApiRefusal } from '../http/api-errors.ts';
import { readBody } from './read-body.ts';

const Body = z.looseObject({
  model: z.string().min(1),
  messages: z.array(z.looseObject({ content: z.string() })),
});

test('a body is read, with what its schema does not name', () => {
  const body = { model: 'small', messages: [], extra: 1 };
  assert.deepEqual(readBody(Body, body), body);
});

test('the first fault is told with its place', () => {
  const cases: [object, string, string][] = [
    [{ messages: [] }, 'member_missing', 'model'],
    [{ model: '', messages: [] }, 'member_wrong', 'model'],
    [{ model: 'small', messages: 'hello' }, 'member_wrong', 'messages'],
    [{ model: 'small', messages: [{ content: '' }, {}] }, 'member_missing', 'messages[1].content'],
    [{ model: 'small', messages: [null] }, 'member_wrong', 'messages[0]'],
  ];
  for (const [body, key, param] of cases) {
    assert.throws(
      () => readBody(Body, { ...body }),
      (error) => error instanceof ApiRefusal && error.key === key && error.values['param'] === param,
      JSON.stringify(body),
    );
  }
});
