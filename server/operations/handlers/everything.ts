/** Everything of one person: to take along, to take over, and to erase. */
import { HiloError } from '../../../shared/errors.ts';
import type { Adoption } from '../../conversations/adoption.ts';
import type { ConversationHub } from '../../conversations/conversation-hub.ts';
import {
  FIRST_FILE,
  type ConversationFiles,
  type FilePlace,
} from '../../conversations/conversation-files.ts';
import {
  headOf,
  messageOf,
  type ConversationTransfer,
  type WholeConversation,
} from '../../conversations/conversation-transfer.ts';
import type { FolderRepository } from '../../conversations/folder-repository.ts';
import type { ShareRepository } from '../../conversations/share-repository.ts';
import type { ConversationDeletion } from '../../credits/conversation-deletion.ts';
import type { Eraser } from '../../credits/eraser.ts';
import type { Wallets } from '../../credits/wallets.ts';
import type { Guests } from '../../identity/guests.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { SummaryRepository } from '../../summaries/summary-repository.ts';
import type { Call, Handlers } from '../call.ts';
import { viewOf } from '../sign-in.ts';
import { jobView } from './jobs.ts';
import type { LedgerReads } from './ledger-reads.ts';
import { wholeSummary } from './summaries.ts';
import { ownEvents, type UsageHandlerServices } from './usage.ts';

const PAGE = { characters: 32 * 1024, statementRows: 100, rows: 10 } as const;

interface EverythingServices {
  readonly adoption: Adoption;
  readonly deletion: Pick<ConversationDeletion, 'hideAll' | 'start'>;
  readonly eraser: Pick<Eraser, 'eraseAll'>;
  readonly folders: FolderRepository;
  readonly guests: Pick<Guests, 'find'>;
  readonly hub: Pick<ConversationHub, 'changedMuch'>;
  readonly ledgerReads: LedgerReads;
  readonly jobs: Pick<Jobs, 'wholePage'>;
  readonly shares: ShareRepository;
  readonly summaries: Pick<SummaryRepository, 'page'>;
  readonly transfer: ConversationTransfer;
  readonly conversationFiles: ConversationFiles;
  readonly wallets: Pick<Wallets, 'statement'>;
  readonly usage: UsageHandlerServices['usage'];
}

type EverythingHandlers = Pick<
  Handlers,
  'conversations.adopt' | 'conversations.adoptable' | 'conversations.eraseAll' | 'users.export'
>;

export function everythingHandlers(services: EverythingServices): EverythingHandlers {
  return {
    async 'conversations.adopt'({ guestToken }, { principal, session }) {
      const { owner } = await guestOf(services, session, guestToken);
      if (owner === principal.owner) return { adopted: 0 };
      const adopted = await services.adoption.takeOver(owner, principal.owner);
      if (adopted > 0) services.hub.changedMuch(principal.owner);
      return { adopted };
    },

    async 'conversations.adoptable'({ guestToken }, { principal, session }) {
      const { owner } = await guestOf(services, session, guestToken);
      return owner === principal.owner ? { conversations: 0, folders: 0 } : services.adoption.count(owner);
    },

    /** Hidden first. What another account has paid for is erased exchange by exchange, after the answer. */
    async 'conversations.eraseAll'(_, { principal, session }) {
      const { owner, account } = principal;
      session.conversation = undefined;
      const conversations = await services.deletion.hideAll(owner);
      try {
        return { conversations, ...(await services.eraser.eraseAll({ account, by: 'owner' })) };
      } finally {
        services.deletion.start();
      }
    },

    async 'users.export'({ cursor }, call) {
      let place: ExportPlace | undefined = cursor === undefined ? START : decode(cursor);
      let text = '';
      while (place && text.length < PAGE.characters) {
        const { lines, next } = await part(services, call, place);
        text += lines.map((line) => `${JSON.stringify(line)}\n`).join('');
        place = next;
      }
      return { text, ...(place && { nextCursor: encode(place) }) };
    },
  };
}

/** The guest of the session when there is no token. Rejects with `not_found` for one that is no guest. */
async function guestOf(
  { guests }: Pick<EverythingServices, 'guests'>,
  { credentials }: Call['session'],
  token: string | undefined,
): Promise<{ readonly owner: string }> {
  const guest = token === undefined ? credentials.guest : await guests.find(token);
  if (!guest) throw new HiloError('not_found', { values: { what: 'guestToken' } });
  return guest;
}

const PARTS = [
  'profile',
  'conversations',
  'messages',
  'files',
  'summaries',
  'jobs',
  'statement',
  'usage',
] as const;

/**
 * What comes next: after this conversation or message of it, statement rows before this entry, or events of
 * use before this one.
 */
interface ExportPlace {
  readonly part: (typeof PARTS)[number];
  readonly at: number;
  readonly message: number;
  /** Of the last summary. */
  readonly id?: string;
  /** Of the next piece of a file of the message. */
  readonly file?: Pick<FilePlace, 'offset' | 'position'>;
}

interface ExportPart {
  readonly lines: readonly object[];
  readonly next: ExportPlace | undefined;
}

const START: ExportPlace = { part: 'profile', at: 0, message: 0 };
const PLACE = /^(?<name>[a-z]+)\.(?<at>\d{1,16})\.(?<message>\d{1,16})(?:\.(?<rest>[\da-f.-]{1,36}))?$/;
const ROW_ID = /^[\da-f-]{36}$/;
const FILE_PLACE = /^(?<position>\d{1,2})\.(?<offset>\d{1,9})$/;

function encode({ part: name, at, message, id, file }: ExportPlace): string {
  const rest = id ?? (file && `${file.position}.${file.offset}`);
  const place = [name, at, message, ...(rest === undefined ? [] : [rest])].join('.');
  return Buffer.from(place).toString('base64url');
}

function decode(cursor: string): ExportPlace {
  const found = PLACE.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.groups ?? {};
  const { name, at, message, rest = '' } = found;
  const part = PARTS.find((one) => one === name);
  if (!part) throw new HiloError('cursor_unknown');
  const { position = 0, offset = 0 } = FILE_PLACE.exec(rest)?.groups ?? {};
  const file = { position: Number(position), offset: Number(offset) };
  return { part, at: Number(at), message: Number(message), file, ...(ROW_ID.test(rest) && { id: rest }) };
}

async function part(services: EverythingServices, call: Call, place: ExportPlace): Promise<ExportPart> {
  const { transfer } = services;
  const { owner } = call.principal;
  switch (place.part) {
    case 'profile':
      return { lines: await profile(services, call), next: { ...START, part: 'conversations' } };
    case 'conversations': {
      const conversation = await transfer.conversationAfter(place.at, owner);
      if (!conversation) return { lines: [], next: { ...START, part: 'summaries' } };
      return messages(services, conversation, 0);
    }
    case 'messages': {
      const conversation = await transfer.conversationAfter(place.at - 1, owner);
      if (conversation?.number !== place.at) {
        return { lines: [], next: { ...place, part: 'conversations' } };
      }
      return messages(services, conversation, place.message);
    }
    case 'files': {
      const conversation = await transfer.conversationAfter(place.at - 1, owner);
      if (conversation?.number !== place.at) {
        return { lines: [], next: { ...place, part: 'conversations' } };
      }
      return files(services, conversation, place);
    }
    case 'summaries':
      return summaries(services, call, place);
    case 'jobs':
      return jobs(services, call, place);
    case 'statement':
      return statement(services, call, place);
    case 'usage':
      return usage(services, call, place);
  }
}

async function profile({ folders, shares }: EverythingServices, call: Call): Promise<object[]> {
  const { principal, session } = call;
  const { login } = session.credentials;
  const { owner, account } = principal;
  const { id: _, ...who } = login ? viewOf(login.user) : { id: undefined };
  return [
    { type: 'profile', owner, account, ...who },
    ...(await folders.of(owner)).map(({ id, name, instructions }) => {
      return { type: 'folder', id, name, instructions };
    }),
    ...(await shares.of(owner)).map(({ id, conversation, message }) => {
      return { type: 'share', id, conversation, message: String(message) };
    }),
  ];
}

async function messages(
  { transfer }: EverythingServices,
  conversation: WholeConversation,
  after: number,
): Promise<ExportPart> {
  const page = await transfer.messages(conversation.number, after);
  const { folder } = conversation;
  const first = { type: 'conversation', ...headOf(conversation), ...(folder !== null && { folder }) };
  const head = after === 0 ? [first] : [];
  const rows = page.messages.map((row) => {
    return { type: 'message', conversation: conversation.id, ...messageOf(row) };
  });
  const at = conversation.number;
  const next: ExportPlace =
    page.next === undefined
      ? { part: 'files', at, message: 0 }
      : { part: 'messages', at, message: page.next };
  return { lines: [...head, ...rows], next };
}

/** What models were sent of the files of its messages. */
async function files(
  { conversationFiles }: EverythingServices,
  { number, id }: WholeConversation,
  { message, file = FIRST_FILE }: ExportPlace,
): Promise<ExportPart> {
  const { pieces, next } = await conversationFiles.page(number, { ...file, message });
  return {
    lines: pieces.map((piece) => ({ type: 'file', conversation: id, ...piece })),
    next: next
      ? { part: 'files', at: number, message: next.message, file: next }
      : { part: 'conversations', at: number, message: 0 },
  };
}

async function summaries(
  services: EverythingServices,
  { principal }: Call,
  { id }: ExportPlace,
): Promise<ExportPart> {
  const page = await services.summaries.page(principal.owner, id, PAGE.rows);
  const last = page.at(-1);
  const isMore = page.length === PAGE.rows && last !== undefined;
  return {
    lines: page.map((row) => ({ type: 'summary', ...wholeSummary(row) })),
    next: isMore ? { ...START, part: 'summaries', id: last.id } : { ...START, part: 'jobs' },
  };
}

/** Newest first, each with what was asked and what came of it. */
async function jobs(
  services: EverythingServices,
  { principal, session }: Call,
  { at }: ExportPlace,
): Promise<ExportPart> {
  const below = at === 0 ? Number.MAX_SAFE_INTEGER : at;
  const page = await services.jobs.wholePage(principal.owner, { below, limit: PAGE.rows });
  const last = page.at(-1);
  const isMore = page.length === PAGE.rows && last !== undefined;
  return {
    lines: page.map((job) => {
      const { request, result } = job;
      return { type: 'job', ...jobView(job, session.locale), request, result };
    }),
    next: isMore ? { ...START, part: 'jobs', at: last.number } : { ...START, part: 'statement' },
  };
}

/** A row that an exchange was paid with names its receipt: `ledger.receipt` gives that. */
async function statement(
  { wallets, ledgerReads }: EverythingServices,
  call: Call,
  { at }: ExportPlace,
): Promise<ExportPart> {
  const before = at === 0 ? undefined : at;
  const { rows, next } = await ledgerReads(call, () =>
    wallets.statement(call.principal.account, { before, limit: PAGE.statementRows }, call.signal),
  );
  return {
    lines: rows.map(({ type: entry, ...row }) => ({ type: 'statement', entry, ...row })),
    next: next === undefined ? { ...START, part: 'usage' } : { part: 'statement', at: next, message: 0 },
  };
}

/** Single requests of the last days, without texts. */
async function usage(
  services: EverythingServices,
  { principal }: Call,
  { at, message: number }: ExportPlace,
): Promise<ExportPart> {
  const { documents, next } = await ownEvents(services, principal, at === 0 ? undefined : { at, number });
  return {
    lines: documents.map((document) => ({ type: 'usage', ...document })),
    next: next && { part: 'usage', at: next.at, message: next.number },
  };
}
