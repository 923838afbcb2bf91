/** The one way of `chat.send`, `chat.edit` and `chat.regenerate`, from input to exchange and back. */
import { HiloError, toHiloError } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import { truncate } from '../../../shared/truncate.ts';
import type { InputOf, OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { Exchange, ExchangeResult } from '../../chat/exchange.ts';
import type { ConversationTitles } from '../../chat/conversation-titles.ts';
import type { PersonalLimit } from '../../chat/personal-limit.ts';
import type { Personas } from '../../chat/personas.ts';
import type { SendOnce } from '../../chat/send-once.ts';
import type { ConversationDirectory } from '../../conversations/conversation-directory.ts';
import type { ConversationHub } from '../../conversations/conversation-hub.ts';
import type { ConversationLists } from '../../conversations/conversation-lists.ts';
import type { Conversation, Turn } from '../../conversations/conversation.ts';
import {
  NO_SETTING,
  type ConversationSetting,
  type ConversationSettings,
} from '../../conversations/conversation-settings.ts';
import type { MessageTree } from '../../conversations/message-tree.ts';
import type { ConversationOpenings, Given, Opening } from '../../credits/conversation-openings.ts';
import type { AnsweredSend, AnsweredSends } from '../../credits/answered-sends.ts';
import type { NamedUpload } from '../../attachments/attachment-desk.ts';
import type { RateWindow } from '../../rationing/rate-window.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { RouteUser } from '../../models/route.ts';
import type { Call, EventSink } from '../call.ts';
import type { Payers, Paying } from '../payers.ts';
import { summaryOf } from './conversation-lists.ts';
import type { LedgerReads } from './ledger-reads.ts';
import { acquire } from './current-conversation.ts';
import { placeOf, siblingsOf, VERSIONS_MAX } from './messages.ts';
import { TurnEvents } from './turn-events.ts';
import { attachmentViews, withAttachments, type TurnAttachmentServices } from './turn-attachments.ts';
import { fileTurn, type TurnFileServices } from './turn-files.ts';

export type SendResult = OutputOf<Operations['chat.send']>;

export interface TurnServices extends TurnFileServices, TurnAttachmentServices {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly exchange: Exchange & { readonly rateWindow: RateWindow };
  readonly sends: SendOnce<SendResult>;
  readonly answers: PersonalLimit;
  readonly conversations: ConversationDirectory;
  readonly messages: MessageTree;
  readonly answeredSends: AnsweredSends;
  readonly routes: Pick<RouteDirectory, 'defaultRoute' | 'list' | 'resolve'>;
  readonly payers: Pick<Payers, 'of'>;
  readonly settings: ConversationSettings;
  readonly personas: Personas;
  /** Undefined when titles are the first words. */
  readonly titles: Pick<ConversationTitles, 'add'> | undefined;
  readonly hub: ConversationHub;
  readonly openings: Pick<ConversationOpenings, 'open' | 'withdraw'>;
  readonly lists: Pick<ConversationLists, 'byId'>;
  readonly ledgerReads: LedgerReads;
  /** Receives what was said; for logs that may contain texts. */
  readonly onSaid?: ((trace: string, prompt: string, answer: string) => void) | undefined;
}

export interface AskedTurn {
  /** Empty when a prompt that was said before is answered once more. */
  readonly text: string;
  readonly model: string | undefined;
  /** Whose money it uses, if the message says so. */
  readonly wallet: string | undefined;
  /** Whether the message itself names the model. */
  readonly namesModel: boolean;
  readonly clientMessageId: string | undefined;
  /** Files that are sent with it. */
  readonly attachments?: readonly NamedUpload[] | undefined;
  /** The receipt of the result brings its proof. */
  readonly wantsProof: boolean;
  /** What else must be the same when it is repeated. */
  readonly about: string;
  /** Of a conversation that begins with it. */
  readonly settings?: InputOf<Operations['chat.send']>['settings'];
  /** Looks up where the turn belongs. At once, when nothing has to be looked up. */
  readonly target: () => TurnTarget | Promise<TurnTarget>;
  /** Whether an earlier run of the server has answered just this. */
  readonly isRepeatOf: (earlier: AnsweredSend) => boolean | Promise<boolean>;
}

export interface TurnTarget {
  readonly text: string;
  /** Its id; undefined: a new one. */
  readonly conversation: string | undefined;
  /** Whether that must exist. */
  readonly isNamed: boolean;
  /** The message that the prompt follows; undefined: the place of the device. */
  readonly at?: number | null;
  /** A prompt that was said before. */
  readonly promptMessage?: number;
  /** The prompt in whose place it stands: what was sent with that is sent with it. */
  readonly attachedFrom?: number;
}

/** A user may have messages of earlier runs of the server. */
const A_USER = { isStored: true, isReturning: true } as const;

export function runTurn(
  services: TurnServices,
  call: Call,
  asked: AskedTurn,
  sink: EventSink,
): Promise<SendResult> {
  const { text, clientMessageId, model, about } = asked;
  if (clientMessageId === undefined) return answer(services, call, asked, sink);
  const { principal, session, signal } = call;
  const run = () => answer(services, call, asked, sink);
  const { login, guest } = session.credentials;
  const { isStored, isReturning } = login ? A_USER : guest;
  // The store is asked only where it may have an answer that `sends` does not know.
  const once =
    isStored && (isReturning || services.sends.hasForgotten)
      ? async () => (await answeredBefore(services, call, { ...asked, clientMessageId })) ?? run()
      : run;
  // [J-9]
  return services.sends.run(principal.account, clientMessageId, { text, model, about, signal }, once);
}

/** An earlier run of the server may have answered it, or this run, so long ago that it was forgotten. */
async function answeredBefore(
  { answeredSends, ledgerReads, routes, attachmentRows }: TurnServices,
  call: Call,
  { clientMessageId, wantsProof, isRepeatOf }: AskedTurn & { readonly clientMessageId: string },
): Promise<SendResult | undefined> {
  const { principal, session, signal } = call;
  const found = await answeredSends.find(principal, clientMessageId);
  if (!found) return undefined;
  if (found === 'erased' || !(await isRepeatOf(found))) throw new HiloError('conflict');
  const { degraded, model, ...answered } = await ledgerReads(call, () => found.read(signal));
  session.conversation ??= answered.conversation;
  // Its route may no longer exist.
  const route = routes.list('admin').find((one) => one.model === model) ?? routes.defaultRoute('admin');
  const provider = degraded ? 'offline' : route.provider;
  const { promptMessage, answerMessage } = found;
  const facts = (await attachmentRows.facts([promptMessage])).get(promptMessage);
  const { proof, ...receipt } = answered.receipt;
  if (wantsProof && proof !== undefined) Object.assign(receipt, { proof });
  const ids = idsOf({ promptMessage, answerMessage });
  return { ...answered, receipt, ...ids, model, degraded, provider, ...attachmentViews(facts) };
}

async function answer(
  services: TurnServices,
  call: Call,
  asked: AskedTurn,
  sink: EventSink,
): Promise<SendResult> {
  const { principal, session } = call;
  const { conversations, answers } = services;
  // [J-10]
  const leave = answers.enter(principal.owner);
  let conversation: Conversation | undefined;
  try {
    // Waits for nothing when there is no conversation yet: two messages at once must not begin two of them.
    const looking = asked.target();
    const target = looking instanceof Promise ? await looking : looking;
    const { conversation: id, isNamed } = target;
    if (id !== undefined) conversation = await acquire(conversations, call, id);
    if (!conversation && isNamed) throw notFound(id ?? '');
    conversation ??= conversations.begin(principal.owner);
    if (!isNamed) session.conversation = conversation.id;
    session.conversation ??= conversation.id;
    if (target.at !== undefined) await requireRoom(services, conversation, target);
    return await say(services, call, { conversation, asked, target, sink });
  } finally {
    if (conversation) conversations.release(conversation);
    leave();
  }
}

/** A turn that is a version of another one. */
async function requireRoom(
  { messages }: TurnServices,
  { number }: Conversation,
  { at, promptMessage }: TurnTarget,
): Promise<void> {
  if (at === undefined) return;
  const parent = promptMessage ?? at;
  const versions = (await messages.versions(number, [parent])).get(parent) ?? [];
  if (versions.length < VERSIONS_MAX) return;
  throw new HiloError('too_many_versions', { values: { max: VERSIONS_MAX } });
}

interface Saying {
  readonly conversation: Conversation;
  readonly asked: AskedTurn;
  readonly target: TurnTarget;
  readonly sink: EventSink;
}

async function say(services: TurnServices, call: Call, saying: Saying): Promise<SendResult> {
  const { principal, session, trace, clientRequestId, abortSource: signal } = call;
  const { conversation, asked, target, sink } = saying;
  const { text, at, promptMessage } = target;
  const { owner, account } = principal;
  const { login, guest: anybody } = session.credentials;
  const guest = login ? undefined : anybody;
  const looking = services.payers.of(call, asked.wallet);
  const paying = looking instanceof Promise ? await looking : looking;
  const { payer, access } = paying;
  const asking = manner(services, paying, saying);
  const how = asking instanceof Promise ? await asking : asking;
  const place = await placeOf(conversation, session);
  const { clientMessageId } = asked;
  if (conversation.isHidden && !conversation.isTemporary) throw notFound(conversation.id);
  const stop = (reason?: HiloError) => call.stop(reason);
  const { given } = how;
  const open = (words: string) =>
    openConversation(services, call, { conversation, guest, text: words, given });
  const begins = { guest, clientMessageId, place, at, promptMessage, account, stop, open };
  const turn = await conversation.begin(begins);
  const { id } = conversation;
  const { history, parent } = turn;
  const prompt = promptMessage === undefined ? text : undefined;
  const files = asked.attachments?.map(({ name }) => name);
  const words = { parent, prompt, promptMessage, files };
  const begun = { conversation: id, owner, sender: session, trace, ...words, stop };
  const { unavailable } = how;
  const names = { trace, conversation: id, ...(unavailable !== undefined && { unavailable }) };
  const begin = conversation.isTemporary ? undefined : () => services.hub.begin(begun);
  const events = new TurnEvents(session, { names, begin }, sink);
  try {
    const { locale } = session;
    const who = { owner, payer, access, trace, clientRequestId, locale, signal, stop };
    const { route, instructions } = how;
    const about = { route, instructions, unavailable, wantsProof: asked.wantsProof };
    const request = { ...who, service: 'chat', text, history, placement: turn, ...about } as const;
    const beganMs = services.clock.monotonic();
    const sent = filesOf(saying, () => turn.placed !== undefined);
    const result = await withAttachments(services, call, sent, (attached) =>
      services.exchange({ ...request, ...attached }, events),
    );
    const latencyMs = services.clock.monotonic() - beganMs;
    if (turn.isErased) throw new HiloError('cancelled');
    events.ended(turn, result.attachments);
    if (turn.placed) conversation.remember(turn.placed.answerMessage, result.remembered);
    if (conversation.isTemporary) return { trace, conversation: id, ...said(result) };
    services.onSaid?.(trace, text, result.text);
    tellOfChange(services, call, id);
    if (parent === null && prompt !== undefined) {
      const { number } = conversation;
      const first = { conversation: { number, id, owner }, trace, prompt, answer: result.text };
      services.titles?.add({ ...first, instructions, locale });
    }
    const where = await whereItIs(services, turn, at !== undefined);
    const filed = await fileTurn(services, call, { conversation: id, prompt: text, result, latencyMs });
    return { trace, conversation: id, ...where, ...said(result), ...(filed && { files: { ...filed } }) };
  } catch (thrown) {
    events.failed(toHiloError(thrown).key);
    throw thrown;
  } finally {
    if (conversation.abandon(turn)) await withdraw(services, call, conversation, given);
    turn.end();
  }
}

function filesOf({ asked, target }: Saying, isKept: () => boolean) {
  const { promptMessage, attachedFrom = promptMessage } = target;
  const isRepeated = promptMessage !== undefined;
  return { uploads: asked.attachments ?? [], from: attachedFrom, isRepeated, isKept };
}

async function openConversation(services: TurnServices, call: Call, opening: Opening): Promise<void> {
  const { number, id } = opening.conversation;
  try {
    if (await services.openings.open(opening)) services.settings.began(number, opening.given);
  } catch (thrown) {
    throw new HiloError('ledger_unavailable', { cause: thrown });
  }
  tellOfChange(services, call, id);
}

/** What cannot be removed now is removed by the next start. */
async function withdraw(
  { openings, settings, hub }: TurnServices,
  call: Call,
  { number, id }: Conversation,
  given: Given,
): Promise<void> {
  const isGone = await openings.withdraw(number, given).catch(() => false);
  settings.changed(number);
  if (isGone) hub.changed(call.principal.owner, { deleted: id }, call.session);
}

/** What a message of a conversation has of an exchange. */
function said(result: ExchangeResult) {
  const { text, finishReason, provider, model, degraded, remembered, usage, credits, receipt } = result;
  const by = { text, finishReason, provider, model, degraded, remembered };
  return { ...by, usage, credits, receipt, ...attachmentViews(result.attachments) };
}

interface Manner {
  readonly given: Given;
  readonly instructions: string;
  /** Undefined: the default one. */
  readonly route: string | undefined;
  /** The route of the conversation, when it cannot be used now. */
  readonly unavailable: string | undefined;
}

/** The route and the instructions of a conversation; what it does not set comes from its persona. */
function manner(
  services: TurnServices,
  paying: Paying,
  { conversation, asked }: Saying,
): Manner | Promise<Manner> {
  const { isStored, number } = conversation;
  if (!isStored) {
    const given = givenWith(asked, services, paying);
    return mannerWith(services, paying, asked, { setting: { ...NO_SETTING, ...given }, given });
  }
  const found = services.settings.of(number);
  const as = (setting: ConversationSetting) =>
    mannerWith(services, paying, asked, { setting, given: NO_SETTING });
  return found instanceof Promise ? found.then(as) : as(found);
}

function mannerWith(
  { personas, routes }: TurnServices,
  { access, personas: user }: Paying,
  asked: AskedTurn,
  { setting, given }: { readonly setting: ConversationSetting; readonly given: Given },
): Manner {
  if (setting.status !== 'open') throw new HiloError('conversation_closed');
  const persona = personas.usable(setting.persona, user);
  const { folderInstructions, instructions: own } = setting;
  const parts = [persona?.instructions ?? '', folderInstructions, own];
  const instructions = parts.filter((part) => part !== '').join('\n\n');
  const wanted = setting.route ?? persona?.route;
  const told = { given, instructions, unavailable: undefined };
  if (asked.namesModel || wanted === undefined) return { ...told, route: asked.model };
  if (mayResolve(routes, wanted, access)) return { ...told, route: wanted };
  return { ...told, route: undefined, unavailable: wanted };
}

/** Throws `not_found` for what does not exist, or is not theirs to use. */
function givenWith(
  { settings: { route, persona, instructions = '' } = {} }: AskedTurn,
  { personas, routes }: Pick<TurnServices, 'personas' | 'routes'>,
  { access, personas: user }: Paying,
): Given {
  if (persona !== undefined && !personas.usable(persona, user)) throw notFound(truncate(persona));
  const chosen = route === undefined ? null : routes.resolve(route, access)[0].id;
  return { route: chosen, persona: persona ?? null, instructions };
}

function mayResolve(routes: TurnServices['routes'], wanted: string, access: RouteUser): boolean {
  try {
    routes.resolve(wanted, access);
    return true;
  } catch (thrown) {
    if (thrown instanceof HiloError && thrown.key === 'not_found') return false;
    throw thrown;
  }
}

/** The lists of the owner's other sessions show what was said last. [C-4] */
function tellOfChange({ hub, lists }: TurnServices, { principal, session }: Call, id: string): void {
  const { owner } = principal;
  if (!hub.hasOthers(owner, session)) return;
  const reading = lists.byId(id, owner).then((found) => {
    if (found) hub.changed(owner, { conversation: summaryOf(found) }, session);
  });
  // They see it when they read their list again.
  reading.catch(() => {});
}

async function whereItIs({ messages }: TurnServices, { placed }: Turn, isVersion: boolean) {
  if (!placed) throw new Error('An answer was not written');
  const { conversation, isNewPrompt, promptMessage, answerMessage, parent } = placed;
  const ids = idsOf(placed);
  if (!isVersion) return ids;
  const [message, follows] = isNewPrompt ? [promptMessage, parent] : [answerMessage, promptMessage];
  // The answer is written: it is not lost because others could not be counted.
  const versions = await messages.versions(conversation.number, [follows]).catch(() => new Map());
  return { ...ids, ...siblingsOf(message, versions.get(follows)) };
}

function notFound(what: string): HiloError {
  return new HiloError('not_found', { values: { what } });
}

function idsOf({ promptMessage, answerMessage }: Pick<AnsweredSend, 'answerMessage' | 'promptMessage'>) {
  return { promptMessage: String(promptMessage), answerMessage: String(answerMessage) };
}
