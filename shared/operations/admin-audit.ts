import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ADMIN_LIMITS } from './admin-shapes.ts';
import { ConversationId, EXAMPLE_USER, RowId, Time, UserReference } from './common.ts';
import { EXAMPLE_SUMMARY, shownMinute } from './conversation-fields.ts';

export const AUDIT_ACTIONS = [
  'conversations',
  'messages',
  'role',
  'active',
  'user',
  'resetLink',
  'revokeKey',
  'grant',
  'refund',
  'allowance',
  'invitation',
  'withdrawal',
] as const;

export const adminAudit = defineOperation({
  name: 'admin.audit',
  summary: {
    en: 'Read what administrators have looked at and changed, newest first',
    es: 'Lee lo que los administradores han mirado y cambiado, primero lo nuevo',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: z.strictObject({
    /** Only what concerns this user. */
    user: UserReference.optional(),
    /** `nextCursor` of the page before. */
    cursor: RowId.optional(),
    limit: z.int().min(1).max(ADMIN_LIMITS.pageMax).default(ADMIN_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    entries: z.array(
      z.strictObject({
        id: RowId,
        at: Time,
        /** The id of the user who did it, or `operator`. */
        actor: z.string(),
        /** The e-mail of that user, while there is one. */
        actorEmail: z.string().optional(),
        action: z.enum(AUDIT_ACTIONS),
        /** Whose it is: a guest or a user; absent for what belongs to nobody. */
        owner: z.string().optional(),
        ownerEmail: z.string().optional(),
        conversation: ConversationId.optional(),
        /** What became of it, such as the new role. */
        detail: z.string().optional(),
      }),
    ),
    nextCursor: RowId.optional(),
  }),
  errors: ['key_not_enough', 'not_found'],
  http: [{ method: 'GET', path: '/admin/audit' }],
  text: {
    command: 'audit',
    args: ['user'],
    render: ({ entries, nextCursor }, locale) => {
      if (entries.length === 0) return { en: 'Nothing yet.', es: 'Todavía nada.' }[locale];
      const lines = entries.map(
        ({ at, actor, actorEmail, action, owner, ownerEmail, conversation, detail }) =>
          [
            shownMinute(at),
            actorEmail ?? actor,
            shownAction(action)[locale],
            ownerEmail ?? owner ?? '',
            conversation ?? '',
            detail ?? '',
          ]
            .filter((part) => part !== '')
            .join(' · '),
      );
      return [...lines, ...(nextCursor === undefined ? [] : ['…'])].join('\n');
    },
  },
  examples: [
    {
      input: {},
      output: {
        entries: [
          {
            id: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d19',
            at: '2026-01-01T00:00:00.000Z',
            actor: 'operator',
            action: 'messages',
            owner: `user:${EXAMPLE_USER.id}`,
            ownerEmail: EXAMPLE_USER.email,
            conversation: EXAMPLE_SUMMARY.id,
          },
        ],
      },
    },
  ],
});

export function shownAction(action: (typeof AUDIT_ACTIONS)[number]) {
  return ACTIONS[action];
}

const ACTIONS = {
  conversations: { en: 'looked at the list of conversations', es: 'miró la lista de conversaciones' },
  messages: { en: 'read a conversation', es: 'leyó una conversación' },
  role: { en: 'changed the role', es: 'cambió el rol' },
  active: { en: 'activated or deactivated', es: 'activó o desactivó' },
  user: { en: 'made an account', es: 'creó una cuenta' },
  resetLink: { en: 'made a link for a new password', es: 'creó un enlace para una contraseña nueva' },
  revokeKey: { en: 'revoked an API key', es: 'revocó una clave de API' },
  grant: { en: 'gave credits', es: 'otorgó créditos' },
  refund: { en: 'paid credits back', es: 'devolvió créditos' },
  allowance: { en: 'changed an allowance', es: 'cambió una asignación' },
  invitation: { en: 'made an invitation', es: 'creó una invitación' },
  withdrawal: { en: 'withdrew an invitation', es: 'retiró una invitación' },
} as const;
