import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { fill } from '../locale.ts';
import { EXAMPLE_USER, LocaleName, PersonName, shownUser, UserView, WalletName } from './common.ts';

export const usersUpdate = defineOperation({
  name: 'users.update',
  summary: {
    en: 'Change your name, language, wallet, or after how many days your texts are deleted',
    es: 'Cambia tu nombre, idioma, monedero o tras cuántos días se borran tus textos',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  /** What is left out stays; null takes a value away. */
  input: z.strictObject({
    name: PersonName.optional(),
    locale: LocaleName.nullable().optional(),
    /** Which of your teams pays unless something else is chosen; null: your own wallet. */
    wallet: WalletName.nullable().optional(),
    retentionDays: z.int().min(1).max(36_500).nullable().optional(),
  }),
  output: UserView,
  errors: ['account_needed', 'not_found'],
  http: [{ method: 'PATCH', path: '/users/me' }],
  text: {
    command: 'name',
    args: ['...name'],
    render: (user, locale) => {
      const { retentionDays: days } = user;
      const kept = days === undefined ? '' : ` · ${fill(KEPT[locale], { days })}`;
      return `${shownUser(user, locale)}${kept}`;
    },
  },
  commands: [
    {
      command: 'keep-days',
      args: ['retentionDays'],
      given: {},
      summary: {
        en: 'Have your texts deleted after so many days',
        es: 'Haz que tus textos se borren tras esos días',
      },
    },
    {
      command: 'keep-always',
      args: [],
      given: { retentionDays: null },
      summary: {
        en: 'Keep your texts as long as the server does',
        es: 'Conserva tus textos tanto como el servidor',
      },
    },
  ],
  examples: [{ input: { name: 'Ana' }, output: EXAMPLE_USER }],
});

const KEPT = {
  en: 'texts are deleted after {days} days',
  es: 'los textos se borran a los {days} días',
} as const;
