import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';

export const serverPing = defineOperation({
  name: 'server.ping',
  summary: { en: 'Check that the server answers', es: 'Comprueba que el servidor responde' },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: z.strictObject({ pong: z.literal(true), time: z.iso.datetime() }),
  errors: [],
  text: { command: 'ping', args: [], render: ({ time }) => `pong ${time}` },
  examples: [{ input: {}, output: { pong: true, time: '2026-01-01T00:00:00.000Z' } }],
});
