/**
 * Sessions that can be resumed, by the hash of their token. A token is 256 random bits; only its
 * SHA-256 is kept. Each resume rotates it; the previous token stays valid until the client shows that it has
 * the new one, because the answer with the new token can be lost as well.
 */
import { createHash } from 'node:crypto';
import { HiloError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Guest } from '../identity/principal.ts';
import type { ConnectionPort, SessionPort } from '../operations/call.ts';
import type { SessionDirectory } from '../operations/session-directory.ts';
import type { Session } from './session.ts';

export interface RegistryLimits {
  readonly detachedGenerationMs: number;
  readonly detachedSessionMs: number;
  readonly detachedSessionsMax: number;
  /** How much all sessions whose client is away may keep together. */
  readonly detachedBytesMax: number;
}

interface Entry {
  readonly session: Session;
  token: string;
  previousToken: string | undefined;
  /** Undefined while a connection holds the session. */
  detachedAtMs: number | undefined;
  /** The connection that holds the session. */
  holder: ConnectionPort | undefined;
}

export class SessionRegistry implements SessionDirectory {
  /** Names this run of the server. */
  readonly epoch: string;
  readonly #randomBytes: (size: number) => Buffer;
  readonly #clock: Clock;
  readonly #limits: RegistryLimits;
  readonly #byToken = new Map<string, Entry>();
  readonly #bySession = new Map<Session, Entry>();
  /** In the order in which they lost their connection. */
  readonly #detached = new Set<Entry>();
  #detachedBytes = 0;

  constructor(dependencies: { clock: Clock; randomBytes: (size: number) => Buffer; limits: RegistryLimits }) {
    this.#clock = dependencies.clock;
    this.#randomBytes = dependencies.randomBytes;
    this.#limits = dependencies.limits;
    this.epoch = this.#randomBytes(6).toString('hex');
  }

  /** How many sessions can be resumed, connected ones included. */
  get size(): number {
    return this.#bySession.size;
  }

  get detachedCount(): number {
    return this.#detached.size;
  }

  /** Makes a session resumable; returns its first token. */
  register(session: Session, holder: ConnectionPort): string {
    const { token, hash } = this.#newToken();
    const entry: Entry = {
      session,
      token: hash,
      previousToken: undefined,
      detachedAtMs: undefined,
      holder,
    };
    this.#bySession.set(session, entry);
    this.#byToken.set(hash, entry);
    return token;
  }

  /** The session behind a token; changes nothing. Throws `unknown_session`. */
  find(token: string, epoch: string): Session {
    const entry = epoch === this.epoch ? this.#byToken.get(hashOf(token)) : undefined;
    if (!entry) throw new HiloError('unknown_session');
    return entry.session;
  }

  /** Hands the session to another connection, closes the one that held it, and rotates the token. */
  claim(session: Session, usedToken: string, holder: ConnectionPort): string {
    const entry = this.#bySession.get(session);
    if (!entry) throw new HiloError('unknown_session');
    const before = entry.holder;
    entry.holder = holder;
    this.#detached.delete(entry);
    entry.detachedAtMs = undefined;
    const used = hashOf(usedToken);
    for (const stale of [entry.token, entry.previousToken]) {
      if (stale !== undefined && stale !== used) this.#byToken.delete(stale);
    }
    const { token, hash } = this.#newToken();
    entry.previousToken = used;
    entry.token = hash;
    this.#byToken.set(hash, entry);
    before?.supersede();
    return token;
  }

  /** The client has shown that it got the newest token. */
  confirm(session: Session): void {
    const entry = this.#bySession.get(session);
    if (entry?.previousToken === undefined) return;
    this.#byToken.delete(entry.previousToken);
    entry.previousToken = undefined;
  }

  /**
   * A connection is gone and the session waits, since `sinceMs` if its client was gone before. Does nothing
   * when the session is held by another connection by now; returns false for one that is not resumable.
   */
  detach(session: Session, holder: ConnectionPort, sinceMs = this.#clock.monotonic()): boolean {
    const entry = this.#bySession.get(session);
    if (!entry) return false;
    if (entry.holder !== holder) return true;
    entry.holder = undefined;
    entry.detachedAtMs = sinceMs;
    this.#detached.add(entry);
    this.#detachedBytes += bytesOf(entry);
    this.#evict();
    return true;
  }

  drop(session: Session): void {
    const entry = this.#bySession.get(session);
    if (!entry) return;
    session.end();
    this.#bySession.delete(session);
    this.#detached.delete(entry);
    this.#byToken.delete(entry.token);
    if (entry.previousToken !== undefined) this.#byToken.delete(entry.previousToken);
  }

  guestTaken(guest: Guest, by: SessionPort): void {
    for (const session of this.#bySession.keys()) {
      if (session.credentials.guest.id === guest.id) session.loseGuest(session !== by);
    }
  }

  /** Texts of the account were erased: no session of it sends again what it has sent. */
  forgetTexts(account: string): void {
    for (const session of this.#bySession.keys()) {
      const { guest, login } = session.credentials;
      if ((login?.user ?? guest).account === account) session.channel?.forgetSent();
    }
  }

  /** Ends generations and sessions that have waited for too long. Called by the sweep. */
  sweep(nowMs: number): void {
    let bytes = 0;
    for (const entry of this.#detached) {
      const waitedMs = nowMs - (entry.detachedAtMs ?? nowMs);
      if (waitedMs > this.#limits.detachedSessionMs) {
        this.drop(entry.session);
        continue;
      }
      if (waitedMs > this.#limits.detachedGenerationMs) entry.session.abortAll();
      bytes += bytesOf(entry);
    }
    this.#detachedBytes = bytes;
    this.#evict();
  }

  /**
   * The session that lost its connection first is dropped first. Between two sweeps the sum of bytes is a
   * little too high.
   */
  #evict(): void {
    const { detachedSessionsMax, detachedBytesMax } = this.#limits;
    for (const entry of this.#detached) {
      if (this.#detached.size <= detachedSessionsMax && this.#detachedBytes <= detachedBytesMax) return;
      this.#detachedBytes -= bytesOf(entry);
      this.drop(entry.session);
    }
  }

  #newToken(): { token: string; hash: string } {
    const token = this.#randomBytes(32).toString('base64url');
    return { token, hash: hashOf(token) };
  }
}

function bytesOf({ session }: Entry): number {
  return session.keptBytes;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
