/** Summaries: of texts, pages and documents. What is kept of one is its text, and what it cost. */
import { HiloError } from '../../../shared/errors.ts';
import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ExchangePipeline } from '../../chat/pipeline.ts';
import type { Payer } from '../../credits/meter.ts';
import type { Wallets } from '../../credits/wallets.ts';
import type { PersonalLimit } from '../../chat/personal-limit.ts';
import type { Guest } from '../../identity/principal.ts';
import { takePlaces } from '../../rationing/take-places.ts';
import type { RateWindow } from '../../rationing/rate-window.ts';
import { SUMMARY_RUN_LIMITS } from '../../summaries/limits.ts';
import { checkSource, readSource, titleOf } from '../../summaries/summary-input.ts';
import type { SourceServices, SummaryInput } from '../../summaries/summary-input.ts';
import { summarise, type SummariserEvents, type SummaryResult } from '../../summaries/summariser.ts';
import type { StoredSummary, SummaryRepository } from '../../summaries/summary-repository.ts';
import type { SourceText } from '../../summaries/summary-source.ts';
import type { RequestFiles, RequestKeys } from '../../artifacts/request-files.ts';
import type { Call, EventSink, Handlers } from '../call.ts';
import type { Payers } from '../payers.ts';
import { isTyped } from './conversation-reference.ts';
import { fileSummary, keysOfSummary, type SummaryFileServices } from './summary-files.ts';

export interface SummaryServices extends SourceServices, SummaryFileServices {
  readonly clock: Pick<Clock, 'monotonic' | 'now'>;
  readonly exchange: ExchangePipeline & { readonly rateWindow: RateWindow };
  readonly answers: PersonalLimit;
  readonly completions: PersonalLimit;
  readonly wallets: Pick<Wallets, 'balance'>;
  readonly payers: Pick<Payers, 'of'>;
  readonly summaries: SummaryRepository;
  readonly requests: RequestFiles;
  /** UUIDv7. */
  readonly newTimedId: () => string;
  /** A guest without a row has one when this resolves. */
  readonly storeGuest: (guest: Guest) => Promise<void>;
}

type SummaryHandlers = Pick<
  Handlers,
  'summaries.create' | 'summaries.get' | 'summaries.list' | 'summaries.delete'
>;

export function summaryHandlers(services: SummaryServices): SummaryHandlers {
  const { summaries } = services;
  return {
    async 'summaries.create'(given, call, sink) {
      const { principal } = call;
      const input = isTyped(call) ? asMeant(given) : given;
      const limit = principal.kind === 'guest' ? services.answers : services.completions;
      const leave = limit.enter(principal.owner);
      try {
        return await create(services, { input, call, sink });
      } finally {
        leave();
      }
    },

    async 'summaries.get'({ summary: id }, { principal }) {
      const row = await summaries.byId(id, principal.owner);
      if (!row) throw notFound(id);
      return withKeys(row, await keysOfSummary(services, row));
    },

    async 'summaries.list'({ cursor, limit }, { principal }) {
      const rows = await summaries.page(principal.owner, cursor, limit + 1);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const hasMore = rows.length > limit && last !== undefined;
      return { summaries: shown.map(viewOf), ...(hasMore && { nextCursor: last.id }) };
    },

    async 'summaries.delete'({ summary: id }, { principal }) {
      if (!(await summaries.delete(id, principal.owner))) throw notFound(id);
      services.requests.erased();
      return { deleted: id };
    },
  };
}

/** Whoever types an address means the page, not its name. */
function asMeant({ text, ...rest }: SummaryInput): SummaryInput {
  return text !== undefined && /^https?:\/\/\S+$/iu.test(text.trim())
    ? { ...rest, url: text.trim() }
    : { ...rest, text };
}

interface Asked {
  readonly input: SummaryInput;
  readonly call: Call;
  readonly sink: EventSink;
}

async function create(
  services: SummaryServices,
  asked: Asked,
): Promise<OutputOf<Operations['summaries.create']>> {
  const { input, call, sink } = asked;
  const { principal, session, trace, clientRequestId, signal } = call;
  const { owner, account } = principal;
  const { summaries, exchange } = services;
  const { keptMax: max } = SUMMARY_RUN_LIMITS;
  if ((await summaries.count(owner)) >= max) throw new HiloError('too_many_kept', { values: { max } });
  const paying = await services.payers.of(call, input.wallet);
  const { payer, access } = paying;
  const source = await read(services, asked, payer);
  session.taken();
  const beganMs = services.clock.monotonic();
  const { length, style, route, creditsMax } = input;
  const { locale } = session;
  const who = { owner, payer, trace, clientRequestId, locale, route, access, signal };
  const stop = (reason: HiloError) => call.stop(reason);
  const balance = () => services.wallets.balance(payer.account);
  const what = { text: source.text, length, style, creditsMax, balance };
  const title = titleOf(source);
  const events = eventsOf(sink, { trace, title });
  const result = await summarise(exchange, { ...who, ...what, stop }, events);
  const { guest, login } = session.credentials;
  const username = login?.user.name;
  if (guest.owner === owner) await services.storeGuest(guest);
  const row = rowOf(services, { input, owner, source, title, result });
  await summaries.add(row);
  const latencyMs = services.clock.monotonic() - beganMs;
  const keys = await fileSummary(services, { row, account, username, latencyMs, provider: result.provider });
  const { charged, balance: left } = result;
  const credits = { charged, balance: left, ...(payer.team && { team: payer.team.name }) };
  return { ...withKeys(row, keys), trace, credits };
}

/**
 * The place in the rate window comes first: to fetch a page and to read a document is work, whatever comes of
 * it. What can be refused at once takes none.
 */
async function read(
  services: SummaryServices,
  { input, call, sink }: Asked,
  { ratedAs }: Payer,
): Promise<SourceText> {
  const { principal, session, signal } = call;
  const { exchange } = services;
  const { locale } = session;
  checkSource(services, input, locale);
  await takePlaces(exchange.rateWindow, [principal.owner, ratedAs ?? []].flat());
  const onPage = (page: number, pages: number): void => {
    // Each page by itself would flood a client that only wants to know how far it is.
    if (page % Math.ceil(pages / PROGRESS_STEPS) === 0 || page === pages) {
      sink.event('summaries.reading', { page, pages });
    }
  };
  const reading = { locale, signal, onPage };
  return readSource(services, { owner: principal.owner, input }, reading);
}

/** Of reading a PDF, as far as it is told. */
const PROGRESS_STEPS = 100;

function eventsOf(
  sink: EventSink,
  { trace, title }: { readonly trace: string; readonly title: string },
): SummariserEvents {
  return {
    started({ parts, calls, creditsMax, inputTokens }, { id: route, model }) {
      const sizes = { parts: parts.length, calls, inputTokens, creditsMax };
      sink.event('summaries.started', { trace, title, route, model, ...sizes });
    },
    progress: (done, calls, charged) => sink.event('summaries.progress', { done, calls, charged }),
    delta: (text) => sink.event('summaries.delta', { text }),
    ready: () => sink.ready(),
  };
}

interface Made {
  readonly input: SummaryInput;
  readonly owner: string;
  readonly source: SourceText;
  readonly title: string;
  readonly result: SummaryResult;
}

function rowOf(
  { newTimedId, clock }: SummaryServices,
  { input, owner, source, title, result }: Made,
): StoredSummary {
  const { length, style, url, text } = input;
  return {
    id: newTimedId(),
    owner,
    source: url === undefined ? (text === undefined ? 'document' : 'text') : 'url',
    title,
    url: source.url ?? null,
    length,
    style: style ?? null,
    route: result.route,
    model: result.model,
    parts: result.parts,
    input_tokens: result.usage.inputTokens,
    output_tokens: result.usage.outputTokens,
    usage_source: result.usage.source,
    charged: result.charged,
    text: result.text.replaceAll('\0', '').toWellFormed(),
    receipts: JSON.stringify(result.receipts),
    created_at: clock.now(),
  };
}

function viewOf(row: StoredSummary): OutputOf<Operations['summaries.list']>['summaries'][number] {
  const { id, title, source, url, length, style, route, model, parts, charged } = row;
  return {
    id,
    title,
    source,
    ...(url !== null && { url }),
    length,
    ...(style !== null && { style }),
    route,
    model,
    parts,
    usage: { inputTokens: row.input_tokens, outputTokens: row.output_tokens, source: row.usage_source },
    charged,
    createdAt: new Date(row.created_at).toISOString(),
  };
}

export function wholeSummary(row: StoredSummary): OutputOf<Operations['summaries.get']> {
  const receipts = JSON.parse(row.receipts) as OutputOf<Operations['summaries.get']>['receipts'];
  return { ...viewOf(row), text: row.text, receipts };
}

function withKeys(row: StoredSummary, keys: RequestKeys | undefined) {
  return { ...wholeSummary(row), ...(keys && { keys: { ...keys } }) };
}

function notFound(id: string): HiloError {
  return new HiloError('not_found', { values: { what: id } });
}
