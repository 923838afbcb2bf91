import { EXCHANGE_LIMITS } from './limits.ts';
import { LinkedList, type LinkedNode } from './linked-list.ts';

/** A place in the queue, good for leaving it. */
export interface Ticket<T> {
  readonly item: T;
  readonly line: Line<T>;
  /** Undefined once the ticket was served or removed. */
  node: LinkedNode<Ticket<T>> | undefined;
}

/** The waiting tickets of one owner, in order of arrival. */
interface Line<T> {
  readonly owner: string;
  readonly tickets: LinkedList<Ticket<T>>;
  round: LinkedList<Line<T>>;
  node: LinkedNode<Line<T>>;
}

/**
 * Decides who is next: each owner once in a round, first come first served within an owner. An owner that was
 * not served in this round yet joins it even while it runs, so that a newcomer waits for no second message of
 * anybody.
 *
 *   add ──► this round ──next()──► served; if the owner has more waiting ──► next round
 *   add by an owner that was served in this round ────────────────────────► next round
 *   this round empty: the next round becomes this round
 *
 * All operations but `inOrder` take constant time.
 */
export class FairQueue<T> {
  readonly #lines = new Map<string, Line<T>>();
  readonly #served = new Set<string>();
  #thisRound = new LinkedList<Line<T>>();
  #nextRound = new LinkedList<Line<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  waitingOf(owner: string): number {
    return this.#lines.get(owner)?.tickets.size ?? 0;
  }

  /** `ahead` puts the item before the owner's others, but before nobody else's. */
  add(owner: string, item: T, ahead = false): Ticket<T> {
    const line = this.#lines.get(owner) ?? this.#openLine(owner);
    const ticket: Ticket<T> = { item, line, node: undefined };
    ticket.node = ahead ? line.tickets.addFirst(ticket) : line.tickets.addLast(ticket);
    this.#size++;
    return ticket;
  }

  /** Takes out the item whose turn it is. */
  next(): T | undefined {
    if (this.#size === 0) return undefined;
    if (this.#thisRound.size === 0) this.#startRound();
    const line = this.#thisRound.first?.value;
    const ticket = line?.tickets.first?.value;
    if (!line || !ticket) return undefined;
    this.remove(ticket);
    // A round that leaves nobody waiting is over; what it knew must not set anybody back later.
    if (this.#size === 0) this.#served.clear();
    this.#served.add(line.owner);
    if (line.tickets.size > 0) {
      this.#thisRound.remove(line.node);
      this.#join(line, this.#nextRound);
    }
    return ticket.item;
  }

  /** Counts a call that started at once, without the queue, as this round's turn of its owner. */
  countTurn(owner: string): void {
    this.#served.add(owner);
  }

  /**
   * Call it when a call has ended: while nobody waits there are no rounds, and only calls under way count.
   */
  turnEnded(owner: string): void {
    if (this.#size === 0) this.#served.delete(owner);
  }

  /** False when the ticket waits no longer. */
  remove(ticket: Ticket<T>): boolean {
    if (!ticket.node) return false;
    const { line } = ticket;
    line.tickets.remove(ticket.node);
    ticket.node = undefined;
    this.#size--;
    if (line.tickets.size === 0) {
      line.round.remove(line.node);
      this.#lines.delete(line.owner);
    }
    return true;
  }

  /** Items in the order in which they would be served if nobody came or left. Linear. */
  *inOrder(): Generator<T, void, undefined> {
    let round = [...this.#thisRound].map((line) => line.tickets.first);
    let later = [...this.#nextRound].map((line) => line.tickets.first);
    while (round.length > 0 || later.length > 0) {
      for (const node of round) {
        if (!node) continue;
        yield node.value.item;
        if (node.next) later.push(node.next);
      }
      [round, later] = [later, []];
    }
  }

  #openLine(owner: string): Line<T> {
    // Past the limit newcomers no longer go ahead: else those in the next round might wait for ever.
    const late = this.#served.has(owner) || this.#served.size >= EXCHANGE_LIMITS.queueRoundOwnersMax;
    const round = late ? this.#nextRound : this.#thisRound;
    const tickets = new LinkedList<Ticket<T>>();
    const line = { owner, tickets, round } as Line<T>;
    this.#join(line, round);
    this.#lines.set(owner, line);
    return line;
  }

  #join(line: Line<T>, round: LinkedList<Line<T>>): void {
    line.round = round;
    line.node = round.addLast(line);
  }

  #startRound(): void {
    [this.#thisRound, this.#nextRound] = [this.#nextRound, this.#thisRound];
    this.#served.clear();
  }
}
