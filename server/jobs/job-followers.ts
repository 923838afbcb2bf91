/**
 * Tells sessions how the jobs of their owner go on. A session that does not read costs a bounded amount of
 * memory: of each job only the newest state is due.
 */
import type { Locale } from '../../shared/locale.ts';
import type { JobView } from '../../shared/operations/job-shapes.ts';
import type { Follower } from '../conversations/conversation-hub.ts';
import type { Credentials } from '../identity/principal.ts';
import { JOB_LIMITS } from './limits.ts';

export interface JobFollowersOptions {
  /** For whom somebody acts at this moment; undefined: for nobody, such as after a token has expired. */
  readonly ownerOf: (credentials: Credentials) => string | undefined;
}

type Session = Pick<Follower, 'credentials' | 'onEnd' | 'ready' | 'tell'> & { readonly locale: Locale };

interface Member {
  readonly session: Session;
  readonly owner: string;
  /** By the id of the job. */
  readonly due: Map<string, (locale: Locale) => JobView>;
  hasMissed: boolean;
  isWaiting: boolean;
}

export class JobFollowers {
  readonly #options: JobFollowersOptions;
  readonly #members = new Map<Session, Member>();
  readonly #byOwner = new Map<string, Set<Member>>();

  constructor(options: JobFollowersOptions) {
    this.#options = options;
  }

  join(session: Session, owner: string): void {
    const known = this.#members.get(session);
    if (known?.owner === owner) return;
    if (known) this.leave(session);
    const member: Member = { session, owner, due: new Map(), hasMissed: false, isWaiting: false };
    this.#members.set(session, member);
    const members = this.#byOwner.get(owner) ?? new Set();
    this.#byOwner.set(owner, members.add(member));
    session.onEnd(() => this.leave(session));
    const [oldest] = members;
    if (oldest && members.size > JOB_LIMITS.followersMax) this.leave(oldest.session);
  }

  leave(session: Session): void {
    const member = this.#members.get(session);
    if (!member) return;
    this.#members.delete(session);
    const members = this.#byOwner.get(member.owner);
    members?.delete(member);
    if (members?.size === 0) this.#byOwner.delete(member.owner);
  }

  hasAny(owner: string): boolean {
    return this.#byOwner.has(owner);
  }

  /** `view` is called when the session can be told. */
  changed(owner: string, id: string, view: (locale: Locale) => JobView): void {
    for (const member of this.#byOwner.get(owner) ?? []) {
      member.due.delete(id);
      member.due.set(id, view);
      const [oldest = id] = member.due.keys();
      if (member.due.size > JOB_LIMITS.changesDueMax) {
        member.due.delete(oldest);
        member.hasMissed = true;
      }
      this.#deliver(member);
    }
  }

  #deliver(member: Member): void {
    const { session, due } = member;
    while (!member.isWaiting && (member.hasMissed || due.size > 0)) {
      if (this.#members.get(session) !== member) return;
      // It acts for somebody else by now.
      if (this.#options.ownerOf(session.credentials) !== member.owner) return this.leave(session);
      const wait = session.ready();
      if (wait) {
        member.isWaiting = true;
        void wait.finally(() => {
          member.isWaiting = false;
          this.#deliver(member);
        });
        return;
      }
      const [first] = due;
      if (member.hasMissed) {
        member.hasMissed = false;
        session.tell('jobs.changed', {});
      } else if (first) {
        due.delete(first[0]);
        session.tell('jobs.changed', { job: first[1](session.locale) });
      }
    }
  }
}
