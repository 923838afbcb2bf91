/** Use: one's own, and for administrators that of anybody and of all. */
import { HiloError } from '../../../shared/errors.ts';
import type { InputOf, OutputOf } from '../../../shared/define-operation.ts';
import type { Localised } from '../../../shared/locale.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import { EVENT_META_BYTES_MAX } from '../../../shared/operations/usage-document.ts';
import { USAGE_LIMITS } from '../../../shared/operations/usage-shapes.ts';
import { decodePlace, encodePlace } from '../../conversations/list-cursor.ts';
import type { Principal } from '../../identity/principal.ts';
import { Calendar, QUARTER_MS, type Period } from '../../usage/calendar.ts';
import { periodsOf, questionPeriod } from '../../usage/question-period.ts';
import { EVERYBODY } from '../../usage/rollup-rows.ts';
import { Tally } from '../../usage/tally.ts';
import { documentOf, eventOf } from '../../usage/usage-document.ts';
import { ANSWERED, CANCELLED } from '../../usage/usage-event.ts';
import type { EventPlace, UsageEvents } from '../../usage/usage-events.ts';
import type { UsageRecorder } from '../../usage/usage-recorder.ts';
import type { Counts, Series, UsageReports } from '../../usage/usage-reports.ts';
import {
  countsOf,
  durationsOf,
  errorRateOf,
  firstTokensOf,
  latenciesOf,
  usdOf,
} from '../../usage/usage-views.ts';
import type { Call, Handlers } from '../call.ts';
import { managedTeam, type TeamServices } from './teams.ts';

export interface UsageHandlerServices extends TeamServices {
  readonly clock: { now(): number };
  readonly usage: {
    readonly recorder: Pick<UsageRecorder, 'flush' | 'record'>;
    readonly reports: UsageReports;
    readonly events: Pick<UsageEvents, 'page'>;
    readonly eventDays: number;
    forget(account: string): Promise<void>;
    numberOf(account: string): Promise<number | undefined>;
  };
}

type UsageHandlers = Pick<
  Handlers,
  | 'usage.overview'
  | 'usage.timeseries'
  | 'usage.performance'
  | 'usage.costs'
  | 'usage.events'
  | 'usage.record'
>;

const DAY_MS = 24 * 60 * 60 * 1_000;
/** The clocks of other machines may be a little ahead. */
const AHEAD_MS = 5 * 60 * 1_000;
const QUARTERS_A_DAY = 96;
const QUARTERS_A_YEAR = 366 * QUARTERS_A_DAY;
/** An account that has used nothing. */
const NOBODY = -1;

export function usageHandlers(services: UsageHandlerServices): UsageHandlers {
  return {
    'usage.overview': (input, call) => overview(services, input, call),
    'usage.timeseries': (input, call) => timeseries(services, input, call),
    'usage.performance': (input, call) => performance(services, input, call),
    'usage.costs': (input, call) => costs(services, input, call),
    'usage.events': (input, call) => events(services, input, call),
    'usage.record': (document, call) => record(services, document, call),
  };
}

type Asking<Name extends keyof UsageHandlers> = (
  services: UsageHandlerServices,
  input: InputOf<Operations[Name]>,
  call: Call,
) => Promise<OutputOf<Operations[Name]>>;

const overview: Asking<'usage.overview'> = async (services, input, call) => {
  const { reports } = services.usage;
  const { account, period, about } = await asked(services, input, call);
  const { start, end } = period;
  const before = { account, start: Math.max(0, start - (end - start)), end: start };
  const [sums, previous] = await Promise.all([
    reports.sums({ account, ...period }, ['total', 'service', 'route', 'outcome']),
    reports.sums(before, ['total']),
  ]);
  const models = sums.route.toSorted((one, other) => other.tally.credits - one.tally.credits);
  return {
    ...about,
    totals: totalsOf(sums.total),
    previous: totalsOf(previous.total),
    services: sums.service.length,
    topServices: top(sums.service, ({ kind, tally }) => ({ service: kind.service, ...countsOf(tally) })),
    topModels: top(models, ({ kind: { model, provider, route }, tally }) => {
      return { model, provider, route, ...countsOf(tally) };
    }),
    errorKeys: sums.outcome.flatMap(({ kind: { outcome: key }, tally: { requests } }) =>
      key === ANSWERED || key === CANCELLED ? [] : [{ key, requests }],
    ),
  };
};

const timeseries: Asking<'usage.timeseries'> = async (services, { bucket, by, timeZone, ...input }, call) => {
  const { reports } = services.usage;
  const calendar = calendarOf(reports.calendar, timeZone, call);
  const { account, period, about } = await asked(services, input, call, calendar);
  const isFine = bucket === 'hour' || calendar.zone !== reports.calendar.zone;
  if (isFine && period.end - period.start > (USAGE_LIMITS.hoursDaysMax + 1) * QUARTERS_A_DAY) {
    throw fault(TOO_LONG_FINE, call);
  }
  const periods = periodsOf(period, bucket, calendar);
  const grain = bucket === 'hour' ? 'quarter' : bucket;
  const cut = by === 'model' ? 'route' : by;
  const found = await reports.series({ account, grain, periods, calendar }, cut);
  const times = periods.map(({ start }) => isoOf(start));
  return { ...about, bucket, by, times, series: seriesOf(found, by, periods.length) };
};

const performance: Asking<'usage.performance'> = async (services, input, call) => {
  const { account, period, about } = await asked(services, input, call);
  const sums = await services.usage.reports.sums({ account, ...period }, ['performance']);
  const rows = sums.performance.slice(0, USAGE_LIMITS.rowsMax).map(({ kind, tally }) => {
    const { service, route, provider, model } = kind;
    const durations = { ...durationsOf(tally), ...firstTokensOf(tally) };
    const { requests } = tally;
    return { service, route, provider, model, requests, ...durations, errorRate: errorRateOf(tally) };
  });
  return { ...about, rows };
};

const costs: Asking<'usage.costs'> = async (services, input, call) => {
  const { account, period, about } = await asked(services, input, call);
  const sums = await services.usage.reports.sums({ account, ...period }, ['performance']);
  const all = new Tally();
  for (const { tally } of sums.performance) all.merge(tally);
  const dearest = sums.performance.toSorted((one, other) => other.tally.credits - one.tally.credits);
  const rows = dearest.slice(0, USAGE_LIMITS.rowsMax).map(({ kind, tally }) => {
    const { service, provider, model } = kind;
    return { service, provider, model, ...countsOf(tally) };
  });
  return { ...about, credits: all.credits, usd: usdOf(all), rows };
};

const events: Asking<'usage.events'> = async (services, input, call) => {
  const { service, model, outcome, cursor, limit, ...question } = input;
  const { account, period, about } = await asked(services, question, call);
  const after = cursor === undefined ? undefined : decodePlace(cursor);
  const times = { from: period.start * QUARTER_MS, to: period.end * QUARTER_MS };
  const filter = { account, ...times, service, model, outcome };
  const page = await services.usage.events.page(filter, after, limit);
  const next = page.next === undefined ? {} : { nextCursor: encodePlace(page.next) };
  return { ...about, events: page.events.map(({ row, kind }) => documentOf(row, kind)), ...next };
};

const record: Asking<'usage.record'> = async ({ usage, userAdmin, clock }, document, call) => {
  const { account } = await userAdmin.find(document.userId);
  const at = Date.parse(document.ts);
  const now = clock.now();
  const isNow = at <= now + AHEAD_MS && at >= now - usage.eventDays * DAY_MS;
  if (!isNow) throw fault(NOT_NOW, call, 'ts');
  const { meta } = document;
  if (meta && Buffer.byteLength(JSON.stringify(meta)) > EVENT_META_BYTES_MAX) {
    throw fault(META_TOO_LONG, call, 'meta');
  }
  const recorded = await usage.recorder.record(eventOf(document, account));
  return { requestId: document.requestId, recorded };
};

/** For an export: everything that is kept. */
export async function ownEvents(
  { usage }: Pick<UsageHandlerServices, 'usage'>,
  { account: name }: Principal,
  after: EventPlace | undefined,
): Promise<{ readonly documents: readonly object[]; readonly next: EventPlace | undefined }> {
  const account = (await usage.numberOf(name)) ?? NOBODY;
  const filter = { account, from: 0, to: Number.MAX_SAFE_INTEGER };
  const { events, next } = await usage.events.page(filter, after, USAGE_LIMITS.eventsMax);
  return { documents: events.map(({ row, kind }) => documentOf(row, kind)), next };
}

type Question = Pick<InputOf<Operations['usage.overview']>, 'user' | 'team' | 'from' | 'to'>;

interface Asked {
  readonly account: number;
  readonly period: Period;
  readonly about: { user: string; from: string; to: string; timeZone: string };
}

/** Throws before anything is read of somebody whose use is none of the caller's business. */
async function asked(
  services: UsageHandlerServices,
  question: Question,
  call: Call,
  calendar = services.usage.reports.calendar,
): Promise<Asked> {
  const { account, user } = await whose(services, question, call);
  const now = { nowMs: services.clock.now(), daysDefault: USAGE_LIMITS.daysDefault };
  const period = questionPeriod(question, calendar, now);
  if (!period) throw fault(BACKWARDS, call, 'from');
  if (period.start < 0 || period.end - period.start > USAGE_LIMITS.yearsMax * QUARTERS_A_YEAR) {
    throw fault(TOO_LONG, call, 'from');
  }
  // What the caller has just done is part of the answer.
  await services.usage.recorder.flush();
  const times = { from: isoOf(period.start), to: isoOf(period.end) };
  return { account, period, about: { user, ...times, timeZone: calendar.zone } };
}

async function whose(
  services: UsageHandlerServices,
  { user: wanted, team }: Pick<Question, 'user' | 'team'>,
  call: Call,
): Promise<{ readonly account: number; readonly user: string }> {
  const { usage, userAdmin } = services;
  if (team !== undefined) {
    if (wanted !== undefined) throw fault(ONE_OF, call, 'team');
    const { account: name, id } = await managedTeam(services, call, team);
    return { account: (await usage.numberOf(name)) ?? NOBODY, user: id };
  }
  const { principal } = call;
  const isOwn = wanted === undefined || wanted === 'me' || wanted === principal.id;
  if (!isOwn && principal.access !== 'admin') throw new HiloError('forbidden');
  if (wanted === 'all') return { account: EVERYBODY, user: 'all' };
  const { account: name, id } = isOwn ? principal : await userAdmin.find(wanted);
  return { account: (await usage.numberOf(name)) ?? NOBODY, user: id };
}

function calendarOf(own: Calendar, zone: string | undefined, call: Call): Calendar {
  if (zone === undefined || zone === own.zone) return own;
  try {
    return new Calendar(zone);
  } catch (cause) {
    if (cause instanceof RangeError) throw fault(UNKNOWN_ZONE, call, 'timeZone');
    throw cause;
  }
}

function totalsOf([total]: readonly Counts[]) {
  const tally = total?.tally ?? new Tally();
  return { ...countsOf(tally), ...durationsOf(tally), errorRate: errorRateOf(tally) };
}

function top<View>(all: readonly Counts[], viewOf: (one: Counts) => View): View[] {
  return all.slice(0, USAGE_LIMITS.topMax).map(viewOf);
}

/** The first twelve, and one for all others. */
function seriesOf(found: readonly Series[], by: 'total' | 'service' | 'model', length: number) {
  const named = new Map<string, Tally[]>();
  for (const { kind, tallies } of found) {
    const key = by === 'model' ? kind.model : kind.service;
    mergeAll(named, key, tallies);
  }
  const weight = ({ credits, requests }: Tally) => (by === 'model' ? credits : requests);
  const sum = (tallies: readonly Tally[]) => tallies.reduce((all, tally) => all + weight(tally), 0);
  const ordered = [...named].sort(([, one], [, other]) => sum(other) - sum(one));
  const shown = new Map(ordered.slice(0, USAGE_LIMITS.seriesMax));
  for (const [, tallies] of ordered.slice(USAGE_LIMITS.seriesMax)) mergeAll(shown, 'other', tallies);
  if (by === 'total' && shown.size === 0)
    shown.set(
      '',
      Array.from({ length }, () => new Tally()),
    );
  return [...shown].map(([key, tallies]) => ({
    key,
    requests: tallies.map(({ requests }) => requests),
    errors: tallies.map(({ errors }) => errors),
    tokens: tallies.map(({ inputTokens, outputTokens }) => inputTokens + outputTokens),
    credits: tallies.map(({ credits }) => credits),
    usd: tallies.map(usdOf),
    ...(by === 'model' ? {} : latenciesOf(tallies)),
  }));
}

function mergeAll(named: Map<string, Tally[]>, key: string, tallies: readonly Tally[]): void {
  const known = named.get(key);
  if (!known) named.set(key, [...tallies]);
  else for (const [at, tally] of tallies.entries()) known[at]?.merge(tally);
}

function isoOf(quarter: number): string {
  return new Date(quarter * QUARTER_MS).toISOString();
}

function fault(detail: Localised, { session: { locale } }: Call, param?: string): HiloError {
  const values = { detail: detail[locale], ...(param === undefined ? {} : { param }) };
  return new HiloError('invalid_params', { values });
}

const ONE_OF = {
  en: 'A user or a team, not both',
  es: 'Una persona o un equipo, no ambos',
} as const;
const BACKWARDS = {
  en: 'The period must begin before it ends',
  es: 'El período debe empezar antes de terminar',
} as const;
const TOO_LONG = {
  en: `The period may have at most ${USAGE_LIMITS.yearsMax} years`,
  es: `El período puede tener como máximo ${USAGE_LIMITS.yearsMax} años`,
} as const;
const TOO_LONG_FINE = {
  en: `By the hour, or in a time zone that is not the server's, at most ${USAGE_LIMITS.hoursDaysMax} days`,
  es: `Por horas, o en una zona que no es la del servidor, como máximo ${USAGE_LIMITS.hoursDaysMax} días`,
} as const;
const UNKNOWN_ZONE = {
  en: 'The time zone is not known',
  es: 'La zona horaria no se conoce',
} as const;
const NOT_NOW = {
  en: 'The time must be within the days for which events are kept, and not in the future',
  es: 'La hora debe estar dentro de los días que se guardan los eventos, y no en el futuro',
} as const;
const META_TOO_LONG = {
  en: 'The further data may have at most 4 KiB',
  es: 'Los datos adicionales pueden tener como máximo 4 KiB',
} as const;
