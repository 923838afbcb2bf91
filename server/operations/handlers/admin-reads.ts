/** What administrators see of the whole server. Nothing of it is what people said. */
import { ADMIN_LIMITS } from '../../../shared/operations/admin-shapes.ts';
import type { AuditedReads, AuditEntry } from '../../conversations/audited-reads.ts';
import type { ApiKeys } from '../../identity/api-keys.ts';
import type { LiveSessions } from '../../identity/live-sessions.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import type { UserRepository } from '../../identity/user-repository.ts';
import { idOfUserOwner, isUserOwner, ownerOfUser } from '../../identity/user.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import { noteChange, type Audit } from '../audit.ts';
import type { Handlers } from '../call.ts';
import type { ServerState } from '../services.ts';
import { isoTime } from '../sign-in.ts';
import { requirePerson } from './users.ts';

export interface AdminReadServices extends Audit {
  readonly auditedReads: Pick<AuditedReads, 'page' | 'record'>;
  readonly apiKeys: Pick<ApiKeys, 'page' | 'revokeAny'>;
  readonly liveSessions: Pick<LiveSessions, 'size' | 'some'>;
  readonly userAdmin: Pick<UserAdmin, 'find'>;
  readonly userEmails: Pick<UserRepository, 'emailsOf'>;
  readonly routes: Pick<RouteDirectory, 'defaultRoute' | 'list'>;
  readonly state: ServerState;
  readonly ledgerState: LedgerState;
}

/** What the ledger says of itself. */
export interface LedgerState {
  readonly totals: {
    readonly issued: number;
    readonly revenue: number;
    readonly accounts: number;
    readonly openHolds: number;
    readonly entries: number;
  };
  readonly failure: unknown;
}

type AdminReadHandlers = Pick<
  Handlers,
  'admin.keys' | 'admin.revokeKey' | 'admin.live' | 'admin.routes' | 'admin.ledger' | 'admin.audit'
>;

export function adminReadHandlers(services: AdminReadServices): AdminReadHandlers {
  return {
    ...pageHandlers(services),

    async 'admin.revokeKey'({ key }, call) {
      requirePerson(call);
      const user = await services.apiKeys.revokeAny(key);
      await noteChange(services, call, { action: 'revokeKey', user: { id: user }, detail: key });
      return {};
    },

    'admin.live'(_, call) {
      requirePerson(call);
      const { connections, waiting, inFlight, maxInFlight } = services.state.read();
      const { size: signedIn } = services.liveSessions;
      const sessions = services.liveSessions.some(ADMIN_LIMITS.sessionsMax).map((one) => ({
        session: one.name,
        user: one.login.user.id,
        email: one.login.user.email,
        client: one.client,
        byKey: one.login.kind === 'key',
        running: one.running.size,
      }));
      return { connections, waiting, inFlight, maxInFlight, signedIn, sessions };
    },

    'admin.routes'(_, call) {
      requirePerson(call);
      const { routes } = services;
      return {
        routes: routes.list('admin').map(({ id, upstream, provider, model, guard }) => {
          return { id, upstream: upstream.id, provider, model, breaker: guard.breaker };
        }),
        default: routes.defaultRoute('admin').id,
      };
    },

    'admin.ledger'(_, call) {
      requirePerson(call);
      const { totals, failure } = services.ledgerState;
      return { ...totals, writable: failure === undefined };
    },
  };
}

/** Lists that come in pages: one more than requested shows whether there is another one. */
function pageHandlers({
  auditedReads,
  apiKeys,
  userAdmin,
  userEmails,
}: AdminReadServices): Pick<Handlers, 'admin.keys' | 'admin.audit'> {
  const idOf = async (user: string | undefined) =>
    user === undefined ? undefined : (await userAdmin.find(user)).id;
  return {
    async 'admin.keys'({ user, cursor, limit }, call) {
      requirePerson(call);
      const found = await apiKeys.page(await idOf(user), cursor, limit + 1);
      const shown = found.slice(0, limit);
      const emails = await userEmails.emailsOf([...new Set(shown.map((key) => key.user))]);
      const keys = shown.flatMap(({ lastUsedAt, createdAt, user: owner, id, name, prefix }) => {
        const email = emails.get(owner);
        if (email === undefined) return [];
        const used = lastUsedAt === null ? {} : { lastUsedAt: isoTime(lastUsedAt) };
        return [{ id, name, prefix, createdAt: isoTime(createdAt), user: owner, email, ...used }];
      });
      return { keys, ...cursorOf(found, shown) };
    },

    async 'admin.audit'({ user, cursor, limit }, call) {
      requirePerson(call);
      const id = await idOf(user);
      const found = await auditedReads.page(
        id === undefined ? undefined : ownerOfUser(id),
        cursor,
        limit + 1,
      );
      const shown = found.slice(0, limit);
      const ids = shown.flatMap(({ actor, owner }) => [actor, idOfOwner(owner)]);
      const emails = await userEmails.emailsOf([...new Set(ids)]);
      return { entries: shown.map((entry) => entryOf(entry, emails)), ...cursorOf(found, shown) };
    },
  };
}

function cursorOf(found: readonly { id: string }[], shown: readonly { id: string }[]) {
  const last = shown.at(-1);
  return found.length > shown.length && last ? { nextCursor: last.id } : {};
}

function entryOf(entry: AuditEntry, emails: ReadonlyMap<string, string>) {
  const { id, at, actor, action, owner, conversation, detail } = entry;
  const [actorEmail, ownerEmail] = [emails.get(actor), emails.get(idOfOwner(owner))];
  return {
    id,
    at: isoTime(at),
    actor,
    action,
    ...(actorEmail === undefined ? {} : { actorEmail }),
    ...(owner === '' ? {} : { owner }),
    ...(ownerEmail === undefined ? {} : { ownerEmail }),
    ...(conversation === null ? {} : { conversation }),
    ...(detail === '' ? {} : { detail }),
  };
}

function idOfOwner(owner: string): string {
  return isUserOwner(owner) ? idOfUserOwner(owner) : '';
}
