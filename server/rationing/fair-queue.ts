import { RATIONING_LIMITS } from './limits.ts';
import type { Turn } from './model-slots.ts';

/** A place in the queue, used to leave it. */
export interface Ticket<T> {
  readonly item: T;
  readonly turn: Turn;
}

type Tickets<T> = Ticket<T>[];
type Owners<T> = Round<Tickets<T>>;

/**
 * Decides which item is next: each client once in a round; among the sessions of a client, each session once
 * in a round of that client; first come first served within a session. [P-17]
 *
 * When a client or a session begins to wait, all others of its level that have a call in flight count as
 * having had their turn: a call that started without the queue does not give them a second turn before a
 * newcomer.
 *
 * It holds a few hundred items, so a ticket is found within a session by a linear search.
 */
export class FairQueue<T> {
  readonly #underWay = new Set<Turn>();
  #clients: Round<Owners<T>> = new Round([]);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  waitingOf(turn: Turn): number {
    return this.#clients.get(turn.client)?.get(turn.owner)?.length ?? 0;
  }

  /** `ahead` puts the item before the others of its session only. */
  add(turn: Turn, item: T, ahead = false): Ticket<T> {
    if (this.#size === 0) this.#clients = new Round(this.#clientsUnderWay());
    const owners =
      this.#clients.get(turn.client) ??
      this.#clients.join(turn.client, new Round(this.#ownersUnderWay(turn.client)));
    const tickets = owners.get(turn.owner) ?? owners.join(turn.owner, []);
    const ticket = { item, turn };
    if (ahead) tickets.unshift(ticket);
    else tickets.push(ticket);
    this.#size++;
    return ticket;
  }

  /** Takes out the next item; its turn begins. */
  next(): T | undefined {
    const [ticket] = this.#clients.takeTurn()?.takeTurn() ?? [];
    if (!ticket) return undefined;
    this.remove(ticket);
    this.#underWay.add(ticket.turn);
    return ticket.item;
  }

  /** A call starts without the queue, because no item waits. */
  turnBegan(turn: Turn): void {
    this.#underWay.add(turn);
  }

  turnEnded(turn: Turn): void {
    this.#underWay.delete(turn);
  }

  /** False when the ticket no longer waits. */
  remove(ticket: Ticket<T>): boolean {
    const { client, owner } = ticket.turn;
    const owners = this.#clients.get(client);
    const tickets = owners?.get(owner);
    const index = tickets?.indexOf(ticket) ?? -1;
    if (!owners || !tickets || index === -1) return false;
    tickets.splice(index, 1);
    this.#size--;
    if (tickets.length === 0) owners.leave(owner);
    if (owners.size === 0) this.#clients.leave(client);
    return true;
  }

  /** Items in the order in which they would be served if none came or left. Linear. */
  *inOrder(): Generator<T, void, undefined> {
    const tickets = this.#clients.inOrder((owners) => owners.inOrder((line) => line));
    for (const { item } of tickets) yield item;
  }

  *#clientsUnderWay(): Generator<string, void, undefined> {
    for (const { client } of this.#underWay) yield client;
  }

  *#ownersUnderWay(client: string): Generator<string, void, undefined> {
    for (const turn of this.#underWay) if (turn.client === client) yield turn.owner;
  }
}

/**
 * Decides which waiting member is next: each once in a round. A member that has not had a turn in this round
 * yet joins it even while it runs, so that a newcomer is served before any member gets a second turn.
 *
 *   join ──► this round ──takeTurn()──► next round, unless it leaves
 *   join by a member that had its turn in this round ──► next round
 *   this round empty: the next round becomes this round
 */
class Round<Line> {
  /** In the order of turns. */
  #now = new Map<string, Line>();
  #later = new Map<string, Line>();
  /** The members that had their turn in this round. */
  readonly #served: Set<string>;

  /** The members in `served` count as having had their turn when the first round begins. */
  constructor(served: Iterable<string>) {
    this.#served = new Set(served);
  }

  get size(): number {
    return this.#now.size + this.#later.size;
  }

  get(key: string): Line | undefined {
    return this.#now.get(key) ?? this.#later.get(key);
  }

  /** It must not be waiting yet. */
  join(key: string, line: Line): Line {
    // Above the limit newcomers no longer go first: otherwise those in the next round could wait forever.
    const isLate = this.#served.has(key) || this.#served.size >= RATIONING_LIMITS.queueRoundMembersMax;
    (isLate ? this.#later : this.#now).set(key, line);
    return line;
  }

  leave(key: string): void {
    this.#now.delete(key);
    this.#later.delete(key);
  }

  /** The next member. It starts waiting for its following turn at once, until it leaves. */
  takeTurn(): Line | undefined {
    if (this.#now.size === 0) {
      [this.#now, this.#later] = [this.#later, this.#now];
      this.#served.clear();
    }
    for (const [key, line] of this.#now) {
      this.#served.add(key);
      this.#now.delete(key);
      this.#later.set(key, line);
      return line;
    }
    return undefined;
  }

  /** The items of all members, in the order of turns, as if none came or left. */
  *inOrder<Item>(itemsOf: (line: Line) => Iterable<Item>): Generator<Item, void, undefined> {
    const open = (lines: Map<string, Line>) =>
      Array.from(lines.values(), (line) => itemsOf(line)[Symbol.iterator]());
    let round = open(this.#now);
    let later = open(this.#later);
    while (round.length > 0 || later.length > 0) {
      for (const line of round) {
        const item = line.next();
        if (item.done) continue;
        yield item.value;
        later.push(line);
      }
      [round, later] = [later, []];
    }
  }
}
