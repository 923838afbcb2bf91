import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { safeLine } from '../text-safety.ts';
import { Empty, ModelName } from './common.ts';
import { PersonaId } from './conversation-fields.ts';

export const personasList = defineOperation({
  name: 'personas.list',
  summary: {
    en: 'List the personas that a conversation may have',
    es: 'Lista los personajes que puede tener una conversación',
  },
  access: 'anonymous',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    personas: z.array(
      z.strictObject({
        id: PersonaId,
        /** In the language of the session. */
        name: z.string(),
        /** Answers in conversations that have no route of their own. */
        route: ModelName.optional(),
      }),
    ),
  }),
  errors: [],
  http: [{ method: 'GET', path: '/personas' }],
  text: {
    command: 'personas',
    args: [],
    render: ({ personas }, locale) =>
      personas.length === 0
        ? NONE[locale]
        : personas.map(({ id, name }) => `${id}  ${safeLine(name)}`).join('\n'),
  },
  examples: [{ input: {}, output: { personas: [{ id: 'tutor', name: 'Patient tutor' }] } }],
});

const NONE = { en: 'There are no personas.', es: 'No hay personajes.' } as const;
