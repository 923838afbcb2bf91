import { EXCHANGE_LIMITS } from '../chat/limits.ts';
import { LinkedList, type LinkedNode } from './linked-list.ts';

/** One that waits for its turn, with what waits of it. */
export interface Member<Line> {
  readonly key: string;
  readonly line: Line;
  round: LinkedList<Member<Line>>;
  node: LinkedNode<Member<Line>>;
}

/**
 * Whose turn it is among those that wait: each once in a round. One that had no turn in this round yet joins
 * it even while it runs, so that a newcomer waits for no second turn of anybody.
 *
 *   join ──► this round ──takeTurn()──► next round, unless it leaves
 *   join by one that had its turn in this round ──► next round
 *   this round empty: the next round becomes this round
 *
 * It lives while anybody waits; all but `inOrder` takes constant time.
 */
export class RoundRobin<Line> {
  readonly #members = new Map<string, Member<Line>>();
  /** Those that had their turn in this round. */
  readonly #served: Set<string>;
  #thisRound = new LinkedList<Member<Line>>();
  #nextRound = new LinkedList<Member<Line>>();

  /** `served` had their turn when the first round begins. */
  constructor(served: Iterable<string>) {
    this.#served = new Set(served);
  }

  get size(): number {
    return this.#members.size;
  }

  get(key: string): Member<Line> | undefined {
    return this.#members.get(key);
  }

  /** It must not be waiting yet. */
  join(key: string, line: Line): Member<Line> {
    // Past the limit newcomers no longer go ahead: else those in the next round might wait for ever.
    const isLate = this.#served.has(key) || this.#served.size >= EXCHANGE_LIMITS.queueRoundMembersMax;
    const round = isLate ? this.#nextRound : this.#thisRound;
    const member = { key, line, round } as Member<Line>;
    member.node = round.addLast(member);
    this.#members.set(key, member);
    return member;
  }

  /** It waits no more. */
  leave(member: Member<Line>): void {
    member.round.remove(member.node);
    this.#members.delete(member.key);
  }

  /** The one whose turn it is. It waits for its next turn at once, until it leaves. */
  takeTurn(): Member<Line> | undefined {
    if (this.#thisRound.size === 0) this.#startRound();
    const member = this.#thisRound.first?.value;
    if (!member) return undefined;
    this.#served.add(member.key);
    this.#thisRound.remove(member.node);
    member.round = this.#nextRound;
    member.node = this.#nextRound.addLast(member);
    return member;
  }

  /** The items of all, in the order of turns, as if nobody came or left. */
  *inOrder<Item>(itemsOf: (line: Line) => Iterable<Item>): Generator<Item, void, undefined> {
    const items = ({ line }: Member<Line>) => itemsOf(line)[Symbol.iterator]();
    let round = [...this.#thisRound].map(items);
    let later = [...this.#nextRound].map(items);
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

  #startRound(): void {
    [this.#thisRound, this.#nextRound] = [this.#nextRound, this.#thisRound];
    this.#served.clear();
  }
}
