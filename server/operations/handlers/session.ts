import { HiloError } from '../../../shared/errors.ts';
import type { Handlers } from '../call.ts';
import type { SessionRegistry } from '../../protocol/session-registry.ts';

interface SessionServices {
  readonly registry: SessionRegistry;
  readonly adminKey: { matches(key: string): boolean };
  /** Told the name of the session, never the key. */
  readonly onAuthFailed: (session: string) => void;
}

type SessionHandlers = Pick<
  Handlers,
  'session.hello' | 'session.resume' | 'session.ack' | 'session.authenticate'
>;

export function sessionHandlers({ registry, adminKey, onAuthFailed }: SessionServices): SessionHandlers {
  return {
    'session.hello'({ locale }, call) {
      const { session } = call;
      const channel = session.channel;
      if (!channel || channel.isResumable) throw new HiloError('session_begun');
      if (locale) session.locale = locale;
      channel.makeResumable();
      const resumeToken = registry.register(session, call.supersede);
      const { epoch } = registry;
      return { session: session.name, resumeToken, epoch, seq: 0, locale: session.locale };
    },

    'session.resume'({ resumeToken, epoch, lastSeq }, call) {
      // The session that is here would be left behind, with nobody to end what it holds.
      if (call.session.channel?.isResumable || call.session.running.size > 0) {
        throw new HiloError('session_begun');
      }
      const session = registry.find(resumeToken, epoch);
      const { channel } = session;
      if (!channel) throw new HiloError('unknown_session');
      const replayed = channel.missing(lastSeq);
      const token = registry.claim(session, resumeToken, call.supersede);
      call.adopt(session, lastSeq);
      return {
        session: session.name,
        resumeToken: token,
        epoch: registry.epoch,
        seq: channel.lastSeq,
        replayed,
        running: [...session.running.keys()].filter((id) => typeof id !== 'symbol'),
        locale: session.locale,
      };
    },

    'session.ack'({ seq }, { session }) {
      if (!session.channel?.isResumable) throw new HiloError('unknown_session');
      session.channel.acknowledge(seq);
      return { seq };
    },

    'session.authenticate'({ key }, call) {
      if (!adminKey.matches(key)) {
        onAuthFailed(call.session.name);
        throw new HiloError('auth_failed');
      }
      call.session.access = 'admin';
      call.authenticated();
      return { access: call.session.access };
    },
  };
}
