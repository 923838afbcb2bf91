import { HiloError } from '../../../shared/errors.ts';
import type { Eraser } from '../../credits/eraser.ts';
import type { PeriodAllowances } from '../../credits/period-allowances.ts';
import type { People } from '../../identity/people.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import type { User } from '../../identity/user.ts';
import { noteChange, type Audit } from '../audit.ts';
import type { Call, Handlers } from '../call.ts';
import type { Payers } from '../payers.ts';
import { isoTime, loginOf, originOf, personalLoginOf, viewOf } from '../sign-in.ts';

interface UserServices extends Audit {
  readonly people: People;
  readonly userAdmin: UserAdmin;
  readonly eraser: Eraser;
  readonly usage: { forget(account: string): Promise<void> };
  readonly periodAllowances: Pick<PeriodAllowances, 'remove'>;
  readonly payers: Pick<Payers, 'walletOf'>;
}

type UserHandlers = Pick<
  Handlers,
  | 'users.me'
  | 'users.update'
  | 'users.erase'
  | 'users.get'
  | 'users.list'
  | 'users.create'
  | 'users.setActive'
  | 'users.setRole'
  | 'users.resetLink'
  | 'auth.reset'
>;

const PAGE_USERS = 50;

export function userHandlers(services: UserServices): UserHandlers {
  const { people, userAdmin, payers } = services;
  return {
    ...adminHandlers(services),

    'users.me': (_, call) => viewOf(loginOf(call).user),

    async 'users.update'({ wallet: wanted, ...changes }, call) {
      const { user } = loginOf(call);
      const wallet = typeof wanted === 'string' ? await payers.walletOf(user, wanted) : wanted;
      return viewOf(await people.update(user, { ...changes, wallet }));
    },

    async 'users.erase'({ password }, call) {
      const login = personalLoginOf(call);
      await people.requirePassword(login, password, originOf(call));
      await eraseUser(services, login.user);
      return {};
    },

    async 'auth.reset'({ token, password }, call) {
      await userAdmin.reset(token, password, originOf(call));
      return {};
    },
  };
}

type AdminHandlers = Pick<
  Handlers,
  'users.get' | 'users.list' | 'users.create' | 'users.setActive' | 'users.setRole' | 'users.resetLink'
>;

/** What administrators do with users. */
function adminHandlers(services: UserServices): AdminHandlers {
  const { userAdmin } = services;
  return {
    async 'users.list'({ cursor, limit = PAGE_USERS, query, role, active: isActive }, call) {
      requirePerson(call);
      // One more than requested shows whether there is another page.
      const users = await userAdmin.list(cursor, limit + 1, { query, role, isActive });
      const shown = users.slice(0, limit);
      const next = users.length > limit ? shown.at(-1)?.id : undefined;
      return { users: shown.map(listed), ...(next === undefined ? {} : { nextCursor: next }) };
    },

    async 'users.get'({ user }, call) {
      requirePerson(call);
      return listed(await userAdmin.find(user));
    },

    async 'users.create'({ email, name = '', role = 'user', password }, call) {
      requirePerson(call);
      const user = await userAdmin.create({ email, name, role, password });
      await noteChange(services, call, { action: 'user', user, detail: role });
      if (password !== undefined) return { user: listed(user) };
      const { token, expiresAt } = await userAdmin.resetLink(user);
      return { user: listed(user), resetToken: token, expiresAt: isoTime(expiresAt) };
    },

    async 'users.setActive'({ user, active, force }, call) {
      requirePerson(call);
      const mayBeLast = force === true && call.session.credentials.isOperator;
      const changed = await userAdmin.setActive(await userAdmin.find(user), active, mayBeLast);
      await noteChange(services, call, { action: 'active', user: changed, detail: String(active) });
      return listed(changed);
    },

    async 'users.setRole'({ user, role, force }, call) {
      requirePerson(call);
      const mayBeLast = force === true && call.session.credentials.isOperator;
      const changed = await userAdmin.setRole(await userAdmin.find(user), role, mayBeLast);
      await noteChange(services, call, { action: 'role', user: changed, detail: role });
      return listed(changed);
    },

    async 'users.resetLink'({ user: reference }, call) {
      requirePerson(call);
      const user = await userAdmin.find(reference);
      const { token, expiresAt } = await userAdmin.resetLink(user);
      await noteChange(services, call, { action: 'resetLink', user });
      return { token, expiresAt: isoTime(expiresAt) };
    },
  };
}

/** Erases everything of a user. What a crash cuts off, the next start finishes. */
export async function eraseUser(
  { userAdmin, eraser, usage, periodAllowances }: Omit<UserServices, 'people'>,
  user: User,
): Promise<void> {
  await userAdmin.beginErasing(user);
  await periodAllowances.remove(user.account);
  await eraser.eraseAll({ account: user.account, by: 'owner' });
  await usage.forget(user.account);
  await userAdmin.finishErasing(user);
}

/** A key that an administrator has given to a program manages neither people nor credits. */
export function requirePerson({ session }: Call): void {
  const { isOperator, login } = session.credentials;
  if (!isOperator && login?.kind === 'key') throw new HiloError('key_not_enough');
}

function listed(user: User) {
  return { ...viewOf(user), active: user.isActive };
}
