/**
 * Everything that is kept: the store, the ledger, and what stands on both. Opened in order, reconciled before
 * anything new happens, and closed in reverse.
 */
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { isSegmentName, ledgerFolder } from '../shared/ledger/layout.ts';
import { openArtifacts } from './artifacts/open-artifacts.ts';
import { artifactSettings } from './config/artifact-settings.ts';
import type { ServerConfig } from './config/config.ts';
import { ConversationDirectory } from './conversations/conversation-directory.ts';
import { ConversationRepository } from './conversations/conversation-repository.ts';
import { SearchIndex } from './conversations/search-index.ts';
import { MessageTreeReader } from './conversations/message-tree.ts';
import { AccountGate } from './credits/account-gate.ts';
import { AccountNumbers } from './credits/account-numbers.ts';
import { AddressAllowances, type Allowances } from './credits/address-allowances.ts';
import { withdrawLeft } from './credits/conversation-openings.ts';
import { ExchangeRepository } from './credits/exchange-repository.ts';
import { GuestGifts } from './credits/guest-gifts.ts';
import { LedgerMeter } from './credits/ledger-meter.ts';
import type { Meter } from './credits/meter.ts';
import { reconcile } from './credits/reconciliation.ts';
import { SignUpCredits } from './credits/sign-up-credits.ts';
import { Statements } from './credits/statements.ts';
import { DeviceTokens } from './identity/device-tokens.ts';
import { AccessTokens } from './identity/access-tokens.ts';
import { AdminKey } from './identity/admin-key.ts';
import { GuestRepository } from './identity/guest-repository.ts';
import { ApiKeyRepository } from './identity/api-key-repository.ts';
import { ApiKeys } from './identity/api-keys.ts';
import { GuestTakeover } from './identity/guest-takeover.ts';
import { Guests, isGuestAccount } from './identity/guests.ts';
import { IdentityRepository } from './identity/identity-repository.ts';
import { InvitationRepository } from './identity/invitation-repository.ts';
import { Invitations } from './identity/invitations.ts';
import { LiveSessions } from './identity/live-sessions.ts';
import { LoginAttempts } from './identity/login-attempts.ts';
import { LoginRepository } from './identity/login-repository.ts';
import { Logins } from './identity/logins.ts';
import { Passwords } from './identity/passwords.ts';
import { People } from './identity/people.ts';
import { RefreshTokens } from './identity/refresh-tokens.ts';
import { ResetLinkRepository } from './identity/reset-link-repository.ts';
import { UserAdmin } from './identity/user-admin.ts';
import { UserRepository } from './identity/user-repository.ts';
import { loadLedgerSigner } from './ledger/ledger-key.ts';
import { Arrivals } from './sign-on/arrivals.ts';
import { SignOn } from './sign-on/sign-on.ts';
import { openLedger, type Ledger } from './ledger/ledger.ts';
import { lockLedgerFolder } from './ledger/lock.ts';
import type { Log } from './observability/log.ts';
import { openSequence } from './store/sequence.ts';
import { openStore, type Store } from './store/store.ts';
import { TeamRepository } from './teams/team-repository.ts';
import { TEAM_LIMITS, Teams } from './teams/teams.ts';
import { UPLOAD_LIMITS, UploadStore } from './uploads/upload-store.ts';
import { sweepGuests, sweepHolds, sweepLogins } from './data-sweeps.ts';
import { openMoney, sweepRevokedKeys } from './money-services.ts';
import { every } from './support/every.ts';
import { readOrMakeKey } from './support/key-file.ts';
import { timedId } from './support/timed-id.ts';

export const DATA_LIMITS = {
  allowanceSweepMs: 60 * 60 * 1_000,
} as const;

export type DataDirectory = Awaited<ReturnType<typeof openAll>>;

export interface DataDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly randomBytes: (size: number) => Buffer;
}

/**
 * Rejects with a `LedgerError` when another server has the data directory, or the ledger is damaged or signed
 * with another key; with an `Error` that names the file when a key or the database cannot be used.
 */
export async function openDataDirectory(
  config: ServerConfig,
  dependencies: DataDependencies,
): Promise<DataDirectory> {
  const opened = new AsyncDisposableStack();
  try {
    return await openAll(config, dependencies, opened);
  } catch (error) {
    // The reason why it did not open is what matters.
    await opened.disposeAsync().catch(() => {});
    throw error;
  }
}

async function openAll(config: ServerConfig, dependencies: DataDependencies, opened: AsyncDisposableStack) {
  const { clock, log, randomBytes } = dependencies;
  const dataDir = config.DATA_DIR;
  await prepareFolder(dataDir);
  // Before the keys: if two servers made them at once, one would sign with a key that is in no file.
  opened.adopt(lockLedgerFolder(dataDir), (unlock) => unlock());
  const keys = join(dataDir, 'keys');
  const adminKey = await AdminKey.open(join(keys, 'admin.key'), randomBytes);
  await requireKeyOf(join(dataDir, ledgerFolder), join(keys, 'ledger.key'));
  const signer = await loadLedgerSigner(join(keys, 'ledger.key'), config.LEDGER_ORIGIN, randomBytes);
  const store = await openStore({ dataDir, databaseUrl: config.DATABASE_URL, clock, log });
  opened.adopt(store, () => store.close());
  const numbers = await openSequences(store, opened);
  const accounts = new AccountNumbers(store, numbers.accounts);
  const texts = new ExchangeRepository({ store, accounts, nextNumber: numbers.exchanges });
  const ledger = await openLedger({ dataDir, signer, clock, log, keepsOpenHolds: true });
  opened.adopt(ledger, () => ledger.close());
  await Promise.all([reconcile({ ledger, texts }, log), withdrawLeft(store)]).catch((error: unknown) => {
    throw new Error(`The database ${store.place.name} cannot be used: ${words(error)}`, { cause: error });
  });
  await ledger.upgrade();
  const statements = new Statements({ store, accounts, ledger, log });
  opened.adopt(statements, () => statements.close());
  const searchIndex = new SearchIndex({ store, clock, log });
  await searchIndex.start();
  opened.adopt(searchIndex, () => searchIndex.close());
  const allowances = await openAllowances(config, keys, { ...dependencies, store, opened });
  const gifts = guestGifts(config, ledger, allowances);
  const gate = new AccountGate();
  const zone = config.TIME_ZONE;
  const money = await openMoney({ store, ledger, clock, log, zone, opened });
  const { budgets } = money;
  const meter = new LedgerMeter({ ...dependencies, ledger, texts, gate, gifts, budgets });
  const sweep = async () => {
    await meter.undoRest();
    return ledger.accounts.expireDue();
  };
  opened.defer(sweepHolds(sweep, dependencies));
  const credits = signUpCredits(config, { ledger, allowances, log });
  const talk = openTalk(config, { ...dependencies, store, numbers, opened });
  return {
    adminKey,
    accounts,
    allowances,
    files: await openFiles(config, keys, { ...dependencies, store, opened }),
    gate,
    gifts,
    numbers,
    searchIndex,
    ledger,
    statements,
    store,
    texts,
    uploads: await openUploads(config, dependencies, opened),
    ...metersOf(meter),
    ...money,
    ...talk,
    ...(await openPeople(keys, { ...dependencies, opened, config, credits, store, accounts, ...talk })),
    nextSession: numbers.sessions,
    /** Whether exchanges can be written down. */
    isOpen: () => ledger.failure === undefined && store.failure === undefined,
    /** What is to be closed before the data; the last one given comes first. */
    closeFirst: (close: () => Promise<void>) => opened.defer(close),
    close: () => opened.disposeAsync(),
  };
}

function metersOf(meter: LedgerMeter): { readonly meter: Meter; readonly holds: Pick<LedgerMeter, 'hold'> } {
  return { meter, holds: meter };
}

interface Talk extends DataDependencies {
  readonly store: Store;
  readonly numbers: Awaited<ReturnType<typeof openSequences>>;
  readonly opened: AsyncDisposableStack;
}

function openTalk(config: ServerConfig, { clock, log, randomBytes, store, numbers, opened }: Talk) {
  const guestRows = new GuestRepository(store);
  opened.defer(sweepGuests(guestRows, { clock, log }));
  const sends = new ConversationRepository(store);
  return {
    sends,
    messages: new MessageTreeReader(store),
    guests: new Guests({
      store: guestRows,
      clock,
      randomBytes,
      newId: timedId,
      rememberedMax: config.limits.guestsRememberedMax,
    }),
    conversations: new ConversationDirectory({
      store: sends,
      limits: config.limits,
      clock,
      newId: timedId,
      nextConversation: numbers.conversations,
      nextMessage: numbers.messages,
    }),
  };
}

async function openFiles(
  config: ServerConfig,
  keys: string,
  { opened, ...dependencies }: Omit<Talk, 'numbers'>,
) {
  const artifacts = await openArtifacts(artifactSettings(config, keys), dependencies);
  return opened.adopt(artifacts, () => artifacts.close()).services;
}

async function openUploads(
  config: ServerConfig,
  { clock, randomBytes }: DataDependencies,
  opened: AsyncDisposableStack,
): Promise<UploadStore> {
  const uploads = await UploadStore.open({
    folder: join(config.DATA_DIR, 'uploads'),
    clock,
    newId: () => randomBytes(16).toString('base64url'),
    limits: { ...UPLOAD_LIMITS, fileBytesMax: config.UPLOAD_BYTES_MAX },
  });
  return opened.adopt(uploads, () => uploads.close());
}

async function createFirstAdmin(userAdmin: UserAdmin, { config, log }: PeopleParts): Promise<void> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD, ADMIN_PASSWORD_FILE } = config;
  const password = ADMIN_PASSWORD ?? ADMIN_PASSWORD_FILE;
  if (email === undefined || password === undefined) return;
  const isMade = await userAdmin.createFirst(email, password).catch((error: unknown) => {
    throw new Error(`The first administrator cannot be made: ${words(error)}`, { cause: error });
  });
  if (isMade) log.info('The first administrator was made; remove ADMIN_EMAIL and the password');
}

interface PeopleParts extends DataDependencies {
  readonly store: Store;
  readonly opened: AsyncDisposableStack;
  readonly config: ServerConfig;
  readonly credits: SignUpCredits;
  readonly accounts: AccountNumbers;
  readonly guests: Guests;
  readonly conversations: ConversationDirectory;
}

function signOnOf(
  { issuers, PUBLIC_URL: publicUrl, ALLOW_SIGNUP }: ServerConfig,
  { arrivals, clock, log }: Pick<PeopleParts, 'clock' | 'log'> & { readonly arrivals: Arrivals },
): SignOn {
  const set = issuers.map((issuer) => ({ ...issuer, signUp: issuer.signUp ?? ALLOW_SIGNUP }));
  return new SignOn({ issuers: set, publicUrl, arrivals, clock, log });
}

async function openPeople(keys: string, parts: PeopleParts) {
  const { config, clock, randomBytes, store, accounts, guests, conversations } = parts;
  const accessTokens = await AccessTokens.open(join(keys, 'jwt.key'), clock);
  const refreshTokens = await RefreshTokens.open(join(keys, 'refresh.key'), randomBytes);
  const deviceTokens = await DeviceTokens.open(join(keys, 'device.key'), randomBytes);
  const users = new UserRepository(store, accounts);
  const loginRows = new LoginRepository(store);
  const invitationRows = new InvitationRepository(store);
  parts.opened.defer(sweepLogins([loginRows, invitationRows], parts));
  const sessions = new LiveSessions();
  const shared = { users, accessTokens, sessions, clock, newId: timedId };
  const logins = new Logins({ ...shared, store: loginRows, refreshTokens });
  const passwords = new Passwords(randomBytes);
  const keyRows = new ApiKeyRepository(store);
  const apiKeys = new ApiKeys({ ...shared, store: keyRows, randomBytes });
  parts.opened.defer(sweepRevokedKeys(apiKeys, parts));
  const listeners: HandOver[] = [];
  const handOver: HandOver = (from, to) => {
    conversations.handOver(from, to);
    for (const listener of listeners) listener(from, to);
  };
  const resetLinks = new ResetLinkRepository(store);
  const takeover = new GuestTakeover({ store, guests, handOver });
  const isExempt = (address: string) => config.ADDRESS_LIMIT_EXEMPT.has(address);
  const attempts = new LoginAttempts({ clock, isExempt });
  const { membersMax } = TEAM_LIMITS;
  const inviting = { store: invitationRows, clock, randomBytes, newId: timedId, membersMax };
  const invitations = new Invitations(inviting);
  const access = { loginRows, passwords, resetLinks, invitations, invitationRows, credits: parts.credits };
  const people = new People({ ...shared, ...access, logins, apiKeys, takeover, attempts, deviceTokens });
  const userAdmin = new UserAdmin({ ...shared, ...access, randomBytes });
  const teams = new Teams({ ...shared, store: new TeamRepository(store, accounts) });
  const arrivals = new Arrivals({
    ...shared,
    ...access,
    identities: new IdentityRepository(store),
    keyRows,
    logins,
    userAdmin,
    teams,
    log: parts.log,
  });
  await createFirstAdmin(userAdmin, parts);
  /** What belongs to a guest belongs to a user from now on; and back, if the user cannot be made. */
  const onHandOver = (listener: HandOver) => void listeners.push(listener);
  const signOn = signOnOf(config, { ...parts, arrivals });
  const made = { accessTokens, apiKeys, invitations, people, signOn, teams, users, userAdmin };
  return { ...made, liveSessions: sessions, onHandOver };
}

type HandOver = (from: string, to: string) => void;

const SEQUENCES = [
  'accounts',
  'conversations',
  'exchanges',
  'folders',
  'messages',
  'sessions',
  'usage',
] as const;

/** Numbers of rows, and of sessions: a trace is never used again, not even after a crash. */
async function openSequences(store: Store, opened: AsyncDisposableStack) {
  const entries: [string, () => number][] = [];
  for (const name of SEQUENCES) {
    const sequence = await openSequence(store, name);
    opened.adopt(sequence, () => sequence.close());
    entries.push([name, () => sequence.next()]);
  }
  return Object.fromEntries(entries) as Record<(typeof SEQUENCES)[number], () => number>;
}

/** A new key could not continue an old ledger, and would hide that the right one is missing. */
async function requireKeyOf(folder: string, keyPath: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (!names.some(isSegmentName) || existsSync(keyPath)) return;
  throw new Error(`The key ${keyPath} is missing, and the ledger beside it was signed with it; restore it`);
}

/** Private: this folder holds what people said. */
async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`DATA_DIR ${folder} cannot be written: ${words(error)}`, { cause: error });
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What each address may be given in a day. */
async function openAllowances(
  config: ServerConfig,
  keys: string,
  { clock, log, randomBytes, store, opened }: Omit<Talk, 'numbers'>,
) {
  const key = await readOrMakeKey(join(keys, 'address.key'), () => randomBytes(32).toString('base64url'));
  const allowances = new AddressAllowances({
    store,
    clock,
    key,
    amounts: {
      guests: config.ANONYMOUS_CREDITS_PER_ADDRESS,
      signUps: config.SIGNUP_CREDITS_PER_ADDRESS,
    },
    isExempt: (address) => config.ADDRESS_LIMIT_EXEMPT.has(address),
  });
  const forgetOld = () =>
    allowances.forgetOld().catch((error: unknown) => {
      log.error({ err: error }, 'Old allowances of addresses could not be deleted');
    });
  await forgetOld();
  opened.defer(every(clock, DATA_LIMITS.allowanceSweepMs, forgetOld));
  return allowances;
}

function guestGifts(config: ServerConfig, ledger: Ledger, allowances: Allowances<'guests'>): GuestGifts {
  return new GuestGifts({
    accounts: ledger.accounts,
    allowances,
    isGuest: isGuestAccount,
    credits: config.ANONYMOUS_CREDITS,
    creditsPerAddress: config.ANONYMOUS_CREDITS_PER_ADDRESS,
  });
}

function signUpCredits(config: ServerConfig, { ledger, allowances, log }: SignUpParts): SignUpCredits {
  const { accounts } = ledger;
  const credits = config.SIGNUP_CREDITS;
  return new SignUpCredits({ accounts, allowances, isGuest: isGuestAccount, credits, log });
}

interface SignUpParts {
  readonly ledger: Ledger;
  readonly allowances: Allowances<'signUps'>;
  readonly log: Log;
}
