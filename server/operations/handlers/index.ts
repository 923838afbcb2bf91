/** Builds all handlers from the services that they use. */
import type { Clock } from '../../../shared/clock.ts';
import type { Eraser } from '../../credits/eraser.ts';
import type { ImportedTexts } from '../../credits/imported-texts.ts';
import type { PeriodAllowances } from '../../credits/period-allowances.ts';
import type { Retention } from '../../credits/retention.ts';
import type { Receipts } from '../../credits/receipts.ts';
import type { Wallets } from '../../credits/wallets.ts';
import type { AccessTokens } from '../../identity/access-tokens.ts';
import type { Guests } from '../../identity/guests.ts';
import type { ApiKeys } from '../../identity/api-keys.ts';
import type { Invitations } from '../../identity/invitations.ts';
import type { LiveSessions } from '../../identity/live-sessions.ts';
import type { People } from '../../identity/people.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import type { Handlers } from '../call.ts';
import type { Payers } from '../payers.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { RateReader, ServerEntry, ServerState } from '../services.ts';
import type { SessionDirectory } from '../session-directory.ts';
import type { ConversationLists } from '../../conversations/conversation-lists.ts';
import type { FolderRepository } from '../../conversations/folder-repository.ts';
import type { ConversationDeletion } from '../../credits/conversation-deletion.ts';
import type { Guest } from '../../identity/principal.ts';
import type { Adoption } from '../../conversations/adoption.ts';
import type { ConversationFiles } from '../../conversations/conversation-files.ts';
import type { ConversationTransfer } from '../../conversations/conversation-transfer.ts';
import type { ShareRepository } from '../../conversations/share-repository.ts';
import { administrationHandlers, type AdministrationServices } from './administration.ts';
import { adminReadHandlers, type AdminReadServices } from './admin-reads.ts';
import { authHandlers } from './auth.ts';
import { attachmentHandlers } from './attachments.ts';
import type { AttachmentRows } from '../../attachments/attachment-rows.ts';
import { artifactHandlers } from './artifacts.ts';
import { batchHandlers, type BatchServices } from './batches.ts';
import { imageHandlers, type ImageServices } from './images.ts';
import type { ImageLinks } from './image-view.ts';
import { chatHandlers } from './chat.ts';
import type { ConversationSearch } from '../../conversations/conversation-search.ts';
import { conversationSearchHandlers } from './conversation-search.ts';
import { conversationListHandlers } from './conversation-lists.ts';
import { conversationTransferHandlers } from './conversation-transfer.ts';
import { everythingHandlers } from './everything.ts';
import { shareHandlers } from './shares.ts';
import { fileHandlers, type FileServices } from './files.ts';
import { folderHandlers } from './folders.ts';
import { conversationHandlers, type ConversationServices } from './conversations.ts';
import { completionHandlers, type CompletionServices } from './completions.ts';
import { allowanceHandlers } from './allowances.ts';
import { creditHandlers } from './credits.ts';
import { createLedgerReads } from './ledger-reads.ts';
import { invitationHandlers } from './invitations.ts';
import { jobHandlers, type JobServices } from './jobs.ts';
import { keyHandlers, type KeyServices } from './keys.ts';
import { ledgerHandlers } from './ledger.ts';
import { checkHandlers, createPreconditions } from './preconditions.ts';
import { preferenceHandlers } from './preferences.ts';
import { serverHandlers } from './server.ts';
import { sessionHandlers } from './session.ts';
import { signOnHandlers } from './sign-on.ts';
import type { SignOn } from '../../sign-on/sign-on.ts';
import { summaryHandlers, type SummaryServices } from './summaries.ts';
import { teamHandlers, type TeamServices } from './teams.ts';
import type { TurnServices } from './turns.ts';
import { usageHandlers, type UsageHandlerServices } from './usage.ts';
import { userHandlers } from './users.ts';
import { webhookHandlers } from './webhooks.ts';
import { walletHandlers, type WalletServices } from './wallets.ts';

export interface Services
  extends
    ConversationServices,
    Omit<TurnServices, 'ledgerReads' | 'exchange'>,
    Omit<CompletionServices, 'exchange'>,
    Omit<SummaryServices, 'uploads'>,
    JobServices,
    BatchServices,
    FileServices {
  readonly requests: ImageServices['requests'];
  readonly attachmentRows: AttachmentRows;
  readonly links: ImageLinks & Parameters<typeof artifactHandlers>[0]['links'];
  readonly clock: Clock;
  readonly newId: () => string;
  /** UUIDv7: later ones are greater. */
  readonly newTimedId: () => string;
  readonly nextConversation: () => number;
  readonly nextFolder: () => number;
  readonly storeGuest: (guest: Guest) => Promise<void>;
  readonly lists: ConversationLists;
  readonly folders: FolderRepository;
  readonly search: ConversationSearch;
  readonly shares: ShareRepository;
  readonly newShareId: () => string;
  readonly transfer: ConversationTransfer;
  readonly conversationFiles: ConversationFiles;
  readonly nextMessage: () => number;
  readonly onImported: () => void;
  readonly adoption: Adoption;
  readonly deletion: ConversationDeletion;
  readonly registry: SessionDirectory;
  readonly guests: Guests;
  readonly people: People;
  readonly entry: ServerEntry;
  readonly userAdmin: UserAdmin;
  readonly invitations: Invitations;
  readonly usage: UsageHandlerServices['usage'];
  readonly signOn: SignOn;
  readonly auditedReads: AdministrationServices['auditedReads'] & AdminReadServices['auditedReads'];
  readonly userEmails: AdminReadServices['userEmails'];
  readonly ledgerState: AdminReadServices['ledgerState'];
  readonly apiKeys: ApiKeys;
  readonly liveSessions: LiveSessions;
  readonly accessTokens: Pick<AccessTokens, 'published'>;
  readonly teams: TeamServices['teams'];
  readonly payers: Payers;
  readonly spending: KeyServices['spending'];
  readonly budgets: WalletServices['budgets'];
  readonly serverBudget: WalletServices['serverBudget'];
  readonly periodAllowances: PeriodAllowances;
  readonly zone: string;
  readonly adminKey: { matches(key: string): boolean };
  readonly onAuthFailed: (session: string) => void;
  readonly wallets: Wallets;
  /** Of an account: the user or guest who has it; undefined when nobody has. */
  readonly ownerOf: (account: string) => Promise<string | undefined>;
  readonly receipts: Receipts;
  readonly eraser: Eraser;
  readonly retention: Pick<Retention, 'expiry'>;
  readonly imports: Pick<ImportedTexts, 'erase'>;
  readonly routes: RouteDirectory;
  readonly rate: RateReader;
  readonly state: ServerState;
}

export function createHandlers(services: Services): Handlers {
  const ledgerReads = createLedgerReads(services.clock);
  return {
    ...chatHandlers({ ...services, ledgerReads }),
    ...artifactHandlers(services),
    ...attachmentHandlers(services),
    ...completionHandlers(services),
    ...imageHandlers(services),
    ...conversationListHandlers(services),
    ...conversationSearchHandlers(services),
    ...conversationTransferHandlers(services),
    ...everythingHandlers({ ...services, ledgerReads }),
    ...shareHandlers(services),
    ...fileHandlers(services),
    ...folderHandlers(services),
    ...conversationHandlers(services),
    ...jobHandlers(services),
    ...usageHandlers(services),
    ...batchHandlers(services),
    ...webhookHandlers(services),
    ...creditHandlers({ ...services, ledgerReads }),
    ...allowanceHandlers(services),
    ...ledgerHandlers({ ...services, ledgerReads }),
    ...sessionHandlers(services),
    ...summaryHandlers(services),
    ...authHandlers(services),
    ...userHandlers(services),
    ...invitationHandlers(services),
    ...signOnHandlers(services),
    ...administrationHandlers(services),
    ...adminReadHandlers(services),
    ...keyHandlers(services),
    ...teamHandlers(services),
    ...walletHandlers(services),
    ...preferenceHandlers(services),
    ...serverHandlers(services),
    ...checkHandlers(createPreconditions(services)),
  };
}
