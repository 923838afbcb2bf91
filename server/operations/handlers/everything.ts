/** Everything of one person: to take along, to take over, and to erase. */
import { HiloError } from '../../../shared/errors.ts';
import type { Adoption } from '../../conversations/adoption.ts';
import type { ConversationHub } from '../../conversations/conversation-hub.ts';
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
import type { Call, Handlers } from '../call.ts';
import { viewOf } from '../sign-in.ts';
import type { LedgerReads } from './ledger-reads.ts';
import { ownEvents, type UsageHandlerServices } from './usage.ts';

const PAGE = { characters: 32 * 1024, statementRows: 100 } as const;

interface EverythingServices {
  readonly adoption: Adoption;
  readonly deletion: Pick<ConversationDeletion, 'hideAll' | 'start'>;
  readonly eraser: Pick<Eraser, 'eraseAll'>;
  readonly folders: FolderRepository;
  readonly guests: Pick<Guests, 'find'>;
  readonly hub: Pick<ConversationHub, 'changedMuch'>;
  readonly ledgerReads: LedgerReads;
  readonly shares: ShareRepository;
  readonly transfer: ConversationTransfer;
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

/**
 * What comes next: after this conversation or message of it, statement rows before this entry, or events of
 * use before this one.
 */
interface ExportPlace {
  readonly part: 'profile' | 'conversations' | 'messages' | 'statement' | 'usage';
  readonly at: number;
  readonly message: number;
}

interface ExportPart {
  readonly lines: readonly object[];
  readonly next: ExportPlace | undefined;
}

const START: ExportPlace = { part: 'profile', at: 0, message: 0 };
const PLACE = /^(profile|conversations|messages|statement|usage)\.(\d{1,16})\.(\d{1,16})$/;

function encode({ part: name, at, message }: ExportPlace): string {
  return Buffer.from(`${name}.${at}.${message}`).toString('base64url');
}

function decode(cursor: string): ExportPlace {
  const [, name, at, message] = PLACE.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (name === undefined) throw new HiloError('invalid_params', { values: { detail: 'cursor' } });
  return { part: name as ExportPlace['part'], at: Number(at), message: Number(message) };
}

async function part(services: EverythingServices, call: Call, place: ExportPlace): Promise<ExportPart> {
  const { transfer } = services;
  const { owner } = call.principal;
  switch (place.part) {
    case 'profile':
      return { lines: await profile(services, call), next: { ...START, part: 'conversations' } };
    case 'conversations': {
      const conversation = await transfer.conversationAfter(place.at, owner);
      if (!conversation) return { lines: [], next: { ...START, part: 'statement' } };
      return messages(services, conversation, 0);
    }
    case 'messages': {
      const conversation = await transfer.conversationAfter(place.at - 1, owner);
      if (conversation?.number !== place.at) {
        return { lines: [], next: { ...place, part: 'conversations' } };
      }
      return messages(services, conversation, place.message);
    }
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
      ? { part: 'conversations', at, message: 0 }
      : { part: 'messages', at, message: page.next };
  return { lines: [...head, ...rows], next };
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
