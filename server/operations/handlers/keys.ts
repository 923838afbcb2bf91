import type { ApiKeys } from '../../identity/api-keys.ts';
import type { Handlers } from '../call.ts';
import { isoTime, loginOf, personalLoginOf } from '../sign-in.ts';

type KeyHandlers = Pick<Handlers, 'keys.list' | 'keys.create' | 'keys.revoke'>;

/** A key cannot make or revoke others: otherwise a leaked one would outlive its revocation. */
export function keyHandlers({ apiKeys }: { readonly apiKeys: ApiKeys }): KeyHandlers {
  return {
    async 'keys.list'(_, call) {
      const keys = await apiKeys.list(loginOf(call).user);
      return {
        keys: keys.map(({ id, name, prefix, createdAt, lastUsedAt }) => ({
          id,
          name,
          prefix,
          createdAt: isoTime(createdAt),
          ...(lastUsedAt === null ? {} : { lastUsedAt: isoTime(lastUsedAt) }),
        })),
      };
    },

    async 'keys.create'({ name }, call) {
      const created = await apiKeys.create(personalLoginOf(call).user, name);
      return { ...created, createdAt: isoTime(created.createdAt) };
    },

    async 'keys.revoke'({ key }, call) {
      await apiKeys.revoke(personalLoginOf(call).user, key);
      return {};
    },
  };
}
