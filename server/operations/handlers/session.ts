import type { OutputOf } from '../../../shared/define-operation.ts';
import { HiloError, toHiloError } from '../../../shared/errors.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { ConversationDirectory } from '../../conversations/conversation-directory.ts';
import type { ConversationHub } from '../../conversations/conversation-hub.ts';
import type { Access } from '../../identity/access.ts';
import type { Guests } from '../../identity/guests.ts';
import { ownerOfUser } from '../../identity/user.ts';
import type { LiveSessions } from '../../identity/live-sessions.ts';
import type { People } from '../../identity/people.ts';
import type { Call, Handlers } from '../call.ts';
import type { SessionDirectory } from '../session-directory.ts';
import { signIn } from '../sign-in.ts';

interface SessionServices {
  readonly hub: Pick<ConversationHub, 'join'>;
  readonly registry: SessionDirectory;
  readonly guests: Pick<Guests, 'admit' | 'find'>;
  readonly conversations: Pick<ConversationDirectory, 'newestOf' | 'owns'>;
  readonly liveSessions: LiveSessions;
  readonly people: Pick<People, 'authenticate'>;
  readonly adminKey: { matches(key: string): boolean };
  /** Receives the name of the session, never the key. */
  readonly onAuthFailed: (session: string) => void;
}

type SessionHandlers = Pick<
  Handlers,
  'session.hello' | 'session.resume' | 'session.ack' | 'session.authenticate'
>;

/** Instead of a conversation's id: the next message begins a new one. */
const NEW_CONVERSATION = 'new';

export function sessionHandlers(services: SessionServices): SessionHandlers {
  const { registry, hub } = services;
  return {
    /** */
    async 'session.hello'(input, call) {
      const { client, version, locale, guestToken, key, conversation, device, typed = false } = input;
      const { session } = call;
      if (!session.channel || session.channel.isResumable) throw new HiloError('session_begun');
      session.client = `${client} ${version}`;
      if (locale) session.locale = locale;
      session.device = device;
      session.saysTyped = typed;
      const token = await identify(services, call, guestToken);
      const access = (await accessOf(services, call, key)) ?? call.principal.access;
      session.conversation = await conversationOf(services, call, conversation);
      // Another hello may have come during the lookup.
      if (session.channel.isResumable) throw new HiloError('session_begun');
      session.channel.makeResumable();
      const resumeToken = await registry.register(session, call.connection);
      const { login, guest } = session.credentials;
      hub.join(session, login ? ownerOfUser(login.user.id) : guest.owner);
      return {
        session: session.name,
        resumeToken,
        guestToken: token,
        epoch: registry.epoch,
        seq: 0,
        locale: session.locale,
        access,
        ...(session.conversation === undefined ? {} : { conversation: session.conversation }),
      };
    },

    async 'session.resume'({ resumeToken, epoch, lastSeq }, call) {
      // The session of this connection would be left behind, and nothing would end what it holds.
      if (call.session.channel?.isResumable || call.session.running.size > 0) {
        throw new HiloError('session_begun');
      }
      const session = await registry.find(resumeToken, epoch);
      const { channel } = session;
      if (!channel) throw new HiloError('unknown_session');
      // If a resume cannot be served, the session stays with the connection that has it.
      channel.missing(lastSeq);
      const token = await registry.claim(session, resumeToken, call.connection);
      call.connection.adopt(session, lastSeq);
      return {
        session: session.name,
        resumeToken: token,
        epoch: registry.epoch,
        seq: channel.lastSeq,
        replayed: channel.missing(lastSeq),
        running: [...session.running.keys()].filter((id) => typeof id !== 'symbol'),
        locale: session.locale,
      };
    },

    'session.ack'({ seq }, { session }) {
      if (!session.channel?.isResumable) throw new HiloError('unknown_session');
      session.channel.acknowledge(seq);
      return { seq };
    },

    'session.authenticate': ({ key }, call) => authenticate(services, call, key),
  };
}

/** Undefined without a key, and for one that is not valid. */
async function accessOf(
  services: SessionServices,
  call: Call,
  key: string | undefined,
): Promise<Access | undefined> {
  if (key === undefined) return undefined;
  try {
    return (await authenticate(services, call, key)).access;
  } catch (error) {
    const { key: reason } = toHiloError(error);
    if (reason === 'auth_failed' || reason === 'auth_expired') return undefined;
    throw error;
  }
}

async function authenticate(
  { people, liveSessions, adminKey, onAuthFailed }: SessionServices,
  call: Call,
  key: string,
): Promise<OutputOf<Operations['session.authenticate']>> {
  const { session, connection } = call;
  if (adminKey.matches(key)) {
    session.credentials = { ...session.credentials, isOperator: true };
    connection.raiseLineLimit();
    return { access: 'admin' };
  }
  try {
    const { user } = await signIn(liveSessions, call, () => people.authenticate(key));
    return { access: user.role };
  } catch (error) {
    if (toHiloError(error).key === 'auth_failed') onAuthFailed(session.name);
    throw error;
  }
}

/** The guest with this token, otherwise a new one; returns the token that is valid from now on. */
async function identify(
  { guests }: SessionServices,
  { session }: Call,
  token: string | undefined,
): Promise<string> {
  const known = token === undefined ? undefined : await guests.find(token);
  if (known && token !== undefined) {
    session.credentials = { ...session.credentials, guest: known };
    return token;
  }
  return guests.admit(session.credentials.guest);
}

/** The requested conversation if it belongs to whoever acts here, otherwise the newest one. */
async function conversationOf(
  { conversations }: SessionServices,
  { session }: Call,
  wanted: string | undefined,
): Promise<string | undefined> {
  const { guest, login } = session.credentials;
  if (wanted === NEW_CONVERSATION || !(login || guest.isStored)) return undefined;
  const owner = login ? ownerOfUser(login.user.id) : guest.owner;
  if (wanted !== undefined && (await conversations.owns(wanted, owner))) return wanted;
  return conversations.newestOf(owner);
}
