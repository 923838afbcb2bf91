/** What administrators give accounts for each period of the calendar. */
import { HiloError } from '../../../shared/errors.ts';
import type { PeriodAllowance, PeriodAllowances } from '../../credits/period-allowances.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import { isTimeZone } from '../../support/periods.ts';
import { actorOf, type Audit } from '../audit.ts';
import type { Call, Handlers } from '../call.ts';
import { isoTime } from '../sign-in.ts';
import { requirePerson } from './users.ts';

export interface AllowanceServices extends Audit {
  readonly periodAllowances: Pick<PeriodAllowances, 'set' | 'remove' | 'page' | 'of'>;
  readonly userAdmin: Pick<UserAdmin, 'find'>;
  /** Of an account: the user or guest who has it; undefined when nobody has. */
  readonly ownerOf: (account: string) => Promise<string | undefined>;
  /** The time zone of the server. */
  readonly zone: string;
}

type AllowanceHandlers = Pick<Handlers, 'allowances.set' | 'allowances.list' | 'allowances.remove'>;

export function allowanceHandlers(services: AllowanceServices): AllowanceHandlers {
  const { periodAllowances, zone } = services;
  return {
    async 'allowances.set'({ account: named, timeZone = zone, ...terms }, call) {
      requirePerson(call);
      if (!isTimeZone(timeZone)) throw unknownZone(call);
      const account = await accountOf(services, named);
      const allowance = await periodAllowances.set(account, { ...terms, timeZone });
      const { credits, period } = terms;
      await note(services, call, account, `${account} ${credits} ${period} ${timeZone}`);
      return { account, ...allowanceView(allowance) };
    },

    async 'allowances.list'({ cursor = '', limit }, call) {
      requirePerson(call);
      // One more than requested shows whether there is another page.
      const found = await periodAllowances.page(cursor, limit + 1);
      const shown = found.slice(0, limit);
      const nextCursor = found.length > limit ? shown.at(-1)?.account : undefined;
      return {
        allowances: shown.map((one) => ({ account: one.account, ...allowanceView(one) })),
        ...(nextCursor !== undefined && { nextCursor }),
      };
    },

    async 'allowances.remove'({ account: named }, call) {
      requirePerson(call);
      const account = await accountOf(services, named);
      const hadOne = await periodAllowances.remove(account);
      if (!hadOne) throw new HiloError('not_found', { values: { what: named } });
      await note(services, call, account, `${account} 0`);
      return {};
    },
  };
}

export function allowanceView(allowance: PeriodAllowance) {
  const { credits, period, timeZone, carriedMax, left, until } = allowance;
  return { credits, period, timeZone, carriedMax, left, until: isoTime(until) };
}

/** No account of Hilo's has an "@" in its name: an e-mail stands for the account of its user. */
async function accountOf({ userAdmin }: AllowanceServices, named: string): Promise<string> {
  return named.includes('@') ? (await userAdmin.find(named)).account : named;
}

async function note(services: AllowanceServices, call: Call, account: string, detail: string): Promise<void> {
  const owner = (await services.ownerOf(account)) ?? '';
  await services.auditedReads.record({ actor: actorOf(call), action: 'allowance', owner, detail });
}

function unknownZone({ session }: Call): HiloError {
  const detail = `timeZone: ${UNKNOWN_ZONE[session.locale]}`;
  return new HiloError('invalid_params', { values: { detail, param: 'timeZone' } });
}

const UNKNOWN_ZONE = {
  en: 'there is no time zone of that name',
  es: 'no hay ninguna zona horaria con ese nombre',
} as const;
