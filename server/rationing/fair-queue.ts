import { LinkedList, type LinkedNode } from './linked-list.ts';
import { RoundRobin, type Member } from './round-robin.ts';

/** On whose behalf something waits or runs. Asked for only when something waits. */
export interface Turn {
  /** The address: whoever opens many sessions has one place in the round. */
  readonly client: string;
  /** The session. */
  readonly owner: string;
}

/** A place in the queue, good for leaving it. */
export interface Ticket<T> {
  readonly item: T;
  readonly turn: Turn;
  readonly client: Member<Owners<T>>;
  readonly owner: Member<Tickets<T>>;
  /** Undefined once the ticket was served or removed. */
  node: LinkedNode<Ticket<T>> | undefined;
}

type Tickets<T> = LinkedList<Ticket<T>>;
type Owners<T> = RoundRobin<Tickets<T>>;

/**
 * Decides who is next: each client once in a round; among the sessions of a client each once in a round of
 * theirs; first come first served within a session. [P-17]
 *
 * When somebody begins to wait, at either level, those that have a call under way have had their turn: a call
 * that started without the queue gives no second one before a newcomer.
 */
export class FairQueue<T> {
  readonly #underWay = new Set<Turn>();
  #clients = new RoundRobin<Owners<T>>([]);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  waitingOf(turn: Turn): number {
    if (this.#size === 0) return 0;
    return this.#clients.get(turn.client)?.line.get(turn.owner)?.line.size ?? 0;
  }

  /** `ahead` puts the item before the session's others, but before nobody else's. */
  add(turn: Turn, item: T, ahead = false): Ticket<T> {
    if (this.#size === 0) this.#clients = new RoundRobin(this.#clientsUnderWay());
    const client = this.#clients.get(turn.client) ?? this.#joinClient(turn.client);
    const owner = client.line.get(turn.owner) ?? client.line.join(turn.owner, new LinkedList());
    const ticket: Ticket<T> = { item, turn, client, owner, node: undefined };
    ticket.node = ahead ? owner.line.addFirst(ticket) : owner.line.addLast(ticket);
    this.#size++;
    return ticket;
  }

  /** Takes out the item whose turn it is; its turn begins. */
  next(): T | undefined {
    if (this.#size === 0) return undefined;
    const ticket = this.#clients.takeTurn()?.line.takeTurn()?.line.first?.value;
    if (!ticket) return undefined;
    this.remove(ticket);
    this.#underWay.add(ticket.turn);
    return ticket.item;
  }

  /** A call starts without the queue, because nobody waits. */
  turnBegan(turn: Turn): void {
    this.#underWay.add(turn);
  }

  turnEnded(turn: Turn): void {
    this.#underWay.delete(turn);
  }

  /** False when the ticket waits no longer. */
  remove(ticket: Ticket<T>): boolean {
    if (!ticket.node) return false;
    const { client, owner } = ticket;
    owner.line.remove(ticket.node);
    ticket.node = undefined;
    this.#size--;
    if (owner.line.size > 0) return true;
    client.line.leave(owner);
    if (client.line.size === 0) this.#clients.leave(client);
    return true;
  }

  /** Items in the order in which they would be served if nobody came or left. Linear. */
  *inOrder(): Generator<T, void, undefined> {
    const tickets = this.#clients.inOrder((owners) => owners.inOrder((line) => line));
    for (const { item } of tickets) yield item;
  }

  #joinClient(key: string): Member<Owners<T>> {
    return this.#clients.join(key, new RoundRobin(this.#ownersUnderWay(key)));
  }

  /** As long as the number of calls at once, as the next one. */
  *#clientsUnderWay(): Generator<string, void, undefined> {
    for (const { client } of this.#underWay) yield client;
  }

  *#ownersUnderWay(client: string): Generator<string, void, undefined> {
    for (const turn of this.#underWay) if (turn.client === client) yield turn.owner;
  }
}
