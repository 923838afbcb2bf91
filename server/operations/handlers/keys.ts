import type { InputOf } from '../../../shared/define-operation.ts';
import { HiloError } from '../../../shared/errors.ts';
import { SHAPES } from '../../../shared/operations/common.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { Budgets } from '../../credits/budgets.ts';
import type { Spending } from '../../credits/spending.ts';
import type { StoredApiKey } from '../../identity/api-key-repository.ts';
import type { ApiKeys } from '../../identity/api-keys.ts';
import { actorOfKey } from '../../identity/key-login.ts';
import type { KeyPolicyChanges } from '../../identity/key-policy.ts';
import type { User } from '../../identity/user.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Call, Handlers } from '../call.ts';
import { OWN_WALLET, type Payers } from '../payers.ts';
import { isoTime, loginOf, personalLoginOf } from '../sign-in.ts';

export interface KeyServices {
  readonly apiKeys: ApiKeys;
  readonly spending: Pick<Spending, 'sum'>;
  readonly budgets: Pick<Budgets, 'used'>;
  readonly payers: Pick<Payers, 'of' | 'walletOf'>;
  readonly routes: Pick<RouteDirectory, 'named'>;
  readonly clock: Pick<Clock, 'now'>;
}

type KeyHandlers = Pick<Handlers, 'keys.list' | 'keys.create' | 'keys.revoke' | 'keys.update'>;
type Changes = Omit<InputOf<Operations['keys.update']>, 'key'>;

/** A key cannot make or revoke others: otherwise a leaked one would outlive its revocation. */
export function keyHandlers(services: KeyServices): KeyHandlers {
  const { apiKeys } = services;
  return {
    async 'keys.list'(_, call) {
      const keys = await apiKeys.list(loginOf(call).user);
      return { keys: await Promise.all(keys.map((key) => listed(services, key))) };
    },

    async 'keys.create'({ name, ...bounds }, call) {
      const { user } = personalLoginOf(call);
      const policy = await policyOf(services, call, user, bounds);
      const { key, ...created } = await apiKeys.create(user, name, noNulls(policy));
      return { ...viewOf({ ...created, user: user.id, lastUsedAt: null }), key };
    },

    async 'keys.update'({ key, ...bounds }, call) {
      const { user } = personalLoginOf(call);
      const changes = await policyOf(services, call, user, bounds);
      return listed(services, await apiKeys.change(user, key, changes));
    },

    async 'keys.revoke'({ key }, call) {
      await apiKeys.revoke(personalLoginOf(call).user, key);
      return {};
    },
  };
}

/** Rejects with `not_found` for a wallet or a route that its user has not. */
async function policyOf(
  { payers, routes }: KeyServices,
  call: Call,
  user: User,
  { expiresAt, wallet, ...bounds }: Changes,
): Promise<KeyPolicyChanges> {
  const { access } = await payers.of(call);
  const unknown = bounds.routes?.find((route) => routes.named(route, access)?.id !== route);
  if (unknown !== undefined) throw new HiloError('not_found', { values: { what: unknown } });
  const until = typeof expiresAt === 'string' ? Date.parse(expiresAt) : expiresAt;
  // Such as the 31st of February.
  if (Number.isNaN(until)) {
    const detail = SHAPES.time.text[call.session.locale];
    throw new HiloError('invalid_params', { values: { detail: `expiresAt: ${detail}`, param: 'expiresAt' } });
  }
  const chosen = typeof wallet === 'string' ? ((await payers.walletOf(user, wallet)) ?? OWN_WALLET) : wallet;
  return { ...bounds, expiresAt: until, wallet: chosen };
}

function noNulls({ scopes, routes, wallet, budget, rateMax, expiresAt }: KeyPolicyChanges) {
  return {
    scopes: scopes ?? undefined,
    routes: routes ?? undefined,
    wallet: wallet ?? undefined,
    budget: budget ?? undefined,
    rateMax: rateMax ?? undefined,
    expiresAt: expiresAt ?? undefined,
  };
}

async function listed({ spending, budgets }: KeyServices, key: StoredApiKey) {
  const { id, lastUsedAt, policy } = key;
  const actors = [actorOfKey(id)];
  const period = policy.budget ?? { credits: Number.MAX_SAFE_INTEGER, period: 'month' as const };
  const inPeriod = await budgets.used({ kind: 'key', id, user: key.user, actors: () => actors, ...period });
  let inAll = 0;
  await spending.sum({ actors, fromDay: 0 }, (sum) => (inAll = sum));
  const used = lastUsedAt === null ? {} : { lastUsedAt: isoTime(lastUsedAt) };
  return { ...viewOf(key), ...used, spent: { inPeriod, inAll } };
}

function viewOf({ id, name, prefix, createdAt, policy }: StoredApiKey) {
  const { scopes, routes, wallet, budget, rateMax, expiresAt } = policy;
  return {
    id,
    name,
    prefix,
    createdAt: isoTime(createdAt),
    ...(scopes && { scopes: [...scopes] }),
    ...(routes && { routes: [...routes] }),
    ...(wallet !== undefined && { wallet }),
    ...(budget && { budget }),
    ...(rateMax !== undefined && { rateMax }),
    ...(expiresAt !== undefined && { expiresAt: isoTime(expiresAt) }),
  };
}
