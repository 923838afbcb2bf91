/**
 * Keeps the sessions of one owner in step: a session that has a conversation open sees the turns that other
 * sessions send in it, as they stream. [C-3] A session that does not read costs a bounded amount of memory:
 * only the text so far of a turn is kept, once for all, and what it missed comes as one when it reads again.
 */
import type { Credentials } from '../identity/principal.ts';

export const HUB_LIMITS = {
  /** Sessions of one owner that are kept in step; beyond that the oldest one hears nothing. */
  sessionsMax: 100,
  /** Turns of which a session that does not read has the rest to come. */
  turnsDueMax: 8,
  /** Changed conversations of which such a session has not heard. */
  changesDueMax: 32,
} as const;

/** A session, as far as it is kept in step. */
export interface Follower {
  readonly credentials: Credentials;
  /** The id of the conversation that it has open. */
  readonly conversation: string | undefined;
  /** It shows one turn after the other, not several at once. */
  readonly isText: boolean;
  tell(name: string, params: Readonly<Record<string, unknown>>): void;
  /** Undefined when the next event can be written at once; else resolves when the caller should ask again. */
  ready(): Promise<void> | undefined;
  /** Calls `run` once, when nobody can use the session any more. */
  onEnd(run: () => void): void;
}

export interface BegunTurn {
  /** The id of its conversation. */
  readonly conversation: string;
  readonly owner: string;
  /** It learns of its turn as the answer to its request. */
  readonly sender: Follower;
  readonly trace: string;
  /** The message that the prompt follows. */
  readonly parent: number | null;
  /** Undefined when a prompt that was said before is answered once more. */
  readonly prompt: string | undefined;
  readonly promptMessage: number | undefined;
  /** The names of the files that are sent with the prompt. */
  readonly files?: readonly string[] | undefined;
  /** Cancels it. */
  readonly stop: () => void;
}

export interface WrittenTurn {
  readonly promptMessage: number;
  readonly answerMessage: number;
  /** What was sent of its files, as others are shown it. */
  readonly attachments?: readonly object[] | undefined;
}

/** What the sender of a turn reports. */
export interface LiveTurn {
  delta(text: string): void;
  ended(written: WrittenTurn): void;
  /** With the key of the error. */
  failed(reason: string): void;
}

/** A turn that is under way, with its answer so far. */
export interface TurnSoFar extends Omit<BegunTurn, 'owner' | 'sender' | 'stop'> {
  readonly text: string;
}

/** A conversation as its owner's lists show it, or the id of one that is gone. */
export type ConversationChange =
  { readonly conversation: { readonly id: string } } | { readonly deleted: string };

/** A seam. */
export interface ConversationHub {
  /** The session acts for this owner from now on. */
  join(session: Follower, owner: string): void;
  begin(turn: BegunTurn): LiveTurn;
  /** Cancels a turn of this owner. False when there is no such turn under way. */
  stop(trace: string, owner: string): boolean;
  /** What is under way in a conversation. From now on the session is told only what comes after that. */
  catchUp(session: Follower, conversation: string, owner: string): readonly TurnSoFar[];
  /** Tells all sessions of the owner but one. */
  changed(owner: string, change: ConversationChange, except?: Follower): void;
  /** Tells all sessions of the owner that so much has changed that they should read their lists again. */
  changedMuch(owner: string): void;
  /** Whether a session of the owner would be told of a change. */
  hasOthers(owner: string, than: Follower): boolean;
  /** Texts in these conversations were erased: what is kept of turns that are over goes. */
  forget(conversations: readonly string[]): void;
}

export interface LocalHubOptions {
  /** For whom somebody acts at this moment; undefined: for nobody, such as after a token has expired. */
  readonly ownerOf: (credentials: Credentials) => string | undefined;
}

class Turn {
  readonly begun: BegunTurn;
  text = '';
  /** The last event, once it is over. */
  end: Readonly<Record<string, unknown>> | undefined;
  /** How much of the text each session was told; undefined while nobody else was told anything. */
  told: Map<Member, number> | undefined;

  constructor(begun: BegunTurn) {
    this.begun = begun;
  }
}

/** A session that has joined. */
interface Member {
  readonly session: Follower;
  owner: string;
  isWaiting: boolean;
  /** Turns of which it has not heard all; undefined as long as there was none: most sessions are idle. */
  due: Set<Turn> | undefined;
  /** By the id of the conversation; undefined as long as there was none. */
  changes: Map<string, ConversationChange> | undefined;
  /** Turns were left out, in this conversation. */
  missed: string | undefined;
  /** Changes were left out. */
  hasMissedChanges: boolean;
  /** What it is being shown, on the text face. */
  shown: Turn | undefined;
}

export class LocalConversationHub implements ConversationHub {
  readonly #options: LocalHubOptions;
  readonly #members = new Map<Follower, Member>();
  /** The one that joined last comes last. */
  readonly #byOwner = new Map<string, Set<Member>>();
  /** Turns that are under way, by the id of the conversation. */
  readonly #turns = new Map<string, Set<Turn>>();

  constructor(options: LocalHubOptions) {
    this.#options = options;
  }

  join(session: Follower, owner: string): void {
    const known = this.#members.get(session);
    if (known?.owner === owner) return;
    if (known) this.#leave(known);
    const member: Member = known ?? newMember(session, owner);
    member.owner = owner;
    this.#members.set(session, member);
    const members = this.#byOwner.get(owner) ?? new Set();
    this.#byOwner.set(owner, members.add(member));
    if (!known) session.onEnd(() => this.#forgetSession(session));
    const [oldest] = members;
    if (oldest && members.size > HUB_LIMITS.sessionsMax) this.#forgetSession(oldest.session);
  }

  begin(begun: BegunTurn): LiveTurn {
    const turn = new Turn(begun);
    const { conversation } = begun;
    const turns = this.#turns.get(conversation) ?? new Set();
    this.#turns.set(conversation, turns.add(turn));
    const end = (event: Readonly<Record<string, unknown>>) => {
      if (turn.end) return;
      turn.end = event;
      turns.delete(turn);
      if (turns.size === 0) this.#turns.delete(conversation);
      this.#publish(turn);
    };
    this.#publish(turn);
    return {
      delta: (text) => {
        turn.text += text;
        this.#publish(turn);
      },
      ended({ promptMessage, answerMessage, attachments }) {
        const ids = { promptMessage: String(promptMessage), answerMessage: String(answerMessage) };
        end({ phase: 'ended', ...ids, ...(attachments && { attachments }) });
      },
      failed: (reason) => end({ phase: 'failed', reason }),
    };
  }

  stop(trace: string, owner: string): boolean {
    for (const turns of this.#turns.values()) {
      for (const { begun } of turns) {
        if (begun.trace !== trace || begun.owner !== owner) continue;
        begun.stop();
        return true;
      }
    }
    return false;
  }

  catchUp(session: Follower, conversation: string, owner: string): readonly TurnSoFar[] {
    const member = this.#members.get(session);
    const turns = [...(this.#turns.get(conversation) ?? [])].filter(({ begun }) => begun.owner === owner);
    return turns.map((turn) => {
      const { owner: _owner, sender, stop: _stop, ...begun } = turn.begun;
      if (member && sender !== session) tellFrom(turn, member, turn.text.length);
      return { ...begun, text: turn.text };
    });
  }

  changed(owner: string, change: ConversationChange, except?: Follower): void {
    const id = 'deleted' in change ? change.deleted : change.conversation.id;
    for (const member of this.#byOwner.get(owner) ?? []) {
      if (member.session === except) continue;
      const changes = (member.changes ??= new Map());
      changes.delete(id);
      changes.set(id, change);
      const [oldest = id] = changes.keys();
      if (changes.size > HUB_LIMITS.changesDueMax) {
        changes.delete(oldest);
        member.hasMissedChanges = true;
      }
      this.#deliver(member);
    }
  }

  changedMuch(owner: string): void {
    for (const member of this.#byOwner.get(owner) ?? []) {
      member.hasMissedChanges = true;
      this.#deliver(member);
    }
  }

  hasOthers(owner: string, than: Follower): boolean {
    const members = this.#byOwner.get(owner);
    if (!members) return false;
    const own = this.#members.get(than);
    return members.size > (own && members.has(own) ? 1 : 0);
  }

  forget(conversations: readonly string[]): void {
    const gone = new Set(conversations);
    for (const member of this.#members.values()) {
      for (const turn of member.due ?? []) {
        if (turn.end && gone.has(turn.begun.conversation)) this.#drop(member, turn);
      }
    }
  }

  #publish(turn: Turn): void {
    const { owner, conversation, sender } = turn.begun;
    for (const member of this.#byOwner.get(owner) ?? []) {
      if (member.session === sender || member.session.conversation !== conversation) continue;
      const due = (member.due ??= new Set());
      due.add(turn);
      const [oldest] = due;
      if (oldest && due.size > HUB_LIMITS.turnsDueMax) this.#drop(member, oldest);
      this.#deliver(member);
    }
  }

  /** As much as the session reads. */
  #deliver(member: Member): void {
    if (member.isWaiting) return;
    const { session } = member;
    forgetLeft(member);
    while (this.#hasSomething(member)) {
      const owner = this.#options.ownerOf(session.credentials);
      if (owner !== member.owner) {
        this.#silence(member, owner === undefined);
        return;
      }
      const wait = session.ready();
      if (wait) {
        member.isWaiting = true;
        void wait.finally(() => {
          member.isWaiting = false;
          if (this.#members.get(session) === member) this.#deliver(member);
        });
        return;
      }
      this.#tellNext(member);
    }
  }

  #hasSomething(member: Member): boolean {
    const { missed, hasMissedChanges, changes } = member;
    return (
      missed !== undefined || hasMissedChanges || (changes?.size ?? 0) > 0 || nextDue(member) !== undefined
    );
  }

  #tellNext(member: Member): void {
    const { session, missed, changes } = member;
    const turn = nextDue(member);
    const [change] = changes ?? [];
    if (missed !== undefined) {
      member.missed = undefined;
      session.tell('conversation.turn', { conversation: missed, phase: 'missed' });
    } else if (member.hasMissedChanges) {
      member.hasMissedChanges = false;
      session.tell('conversation.changed', {});
    } else if (change) {
      changes?.delete(change[0]);
      session.tell('conversation.changed', change[1]);
    } else if (turn) tellTurn(member, turn);
  }

  /** It acts for somebody else by now, or for nobody until it shows a new token. */
  #silence(member: Member, isForNow: boolean): void {
    for (const turn of member.due ?? []) this.#drop(member, turn);
    member.hasMissedChanges ||= (member.changes?.size ?? 0) > 0;
    member.changes?.clear();
    if (isForNow) return;
    this.#leave(member);
    this.#members.delete(member.session);
  }

  #drop(member: Member, turn: Turn): void {
    member.due?.delete(turn);
    turn.told?.delete(member);
    if (member.shown === turn) member.shown = undefined;
    member.missed = turn.begun.conversation;
  }

  #leave(member: Member): void {
    const members = this.#byOwner.get(member.owner);
    members?.delete(member);
    if (members?.size === 0) this.#byOwner.delete(member.owner);
    for (const turn of member.due ?? []) this.#drop(member, turn);
    member.changes?.clear();
    member.missed = undefined;
    member.hasMissedChanges = false;
  }

  #forgetSession(session: Follower): void {
    const member = this.#members.get(session);
    if (!member) return;
    this.#leave(member);
    this.#members.delete(session);
  }
}

function newMember(session: Follower, owner: string): Member {
  return {
    session,
    owner,
    isWaiting: false,
    due: undefined,
    changes: undefined,
    missed: undefined,
    hasMissedChanges: false,
    shown: undefined,
  };
}

/** On the text face a turn waits until the one before it is over. */
function nextDue({ session, due, shown }: Member): Turn | undefined {
  if (!session.isText || !shown) return due?.values().next().value;
  return due?.has(shown) ? shown : undefined;
}

/** Turns in a conversation that the session no longer has open are of no interest to it. */
function forgetLeft(member: Member): void {
  const { session, due, shown } = member;
  if (shown && shown.begun.conversation !== session.conversation) member.shown = undefined;
  for (const turn of due ?? []) {
    if (turn.begun.conversation === session.conversation) continue;
    due?.delete(turn);
    turn.told?.delete(member);
  }
  if (member.missed !== session.conversation) member.missed = undefined;
}

/** All that a session has not heard of a turn. */
function tellTurn(member: Member, turn: Turn): void {
  const { session } = member;
  const { conversation, trace } = turn.begun;
  const names = { conversation, trace };
  const told = turn.told?.get(member);
  member.due?.delete(turn);
  member.shown = turn.end ? undefined : turn;
  if (told === undefined) session.tell('conversation.turn', { ...names, phase: 'started', ...startOf(turn) });
  const from = told ?? 0;
  if (turn.text.length > from) {
    session.tell('conversation.turn', { ...names, phase: 'delta', from, text: turn.text.slice(from) });
  }
  tellFrom(turn, member, turn.text.length);
  if (!turn.end) return;
  turn.told?.delete(member);
  session.tell('conversation.turn', { ...names, ...turn.end });
}

function tellFrom(turn: Turn, member: Member, length: number): void {
  (turn.told ??= new Map()).set(member, length);
}

function startOf({
  begun: { prompt, parent, promptMessage, files },
}: Turn): Readonly<Record<string, unknown>> {
  return {
    ...(prompt === undefined ? {} : { prompt }),
    ...(files === undefined ? {} : { files }),
    ...(parent === null ? {} : { parent: String(parent) }),
    ...(promptMessage === undefined ? {} : { promptMessage: String(promptMessage) }),
  };
}
