/**
 * The row of a conversation whose first answer is still to come, so that every device of its owner sees it.
 * When nothing comes of that answer, the row goes again.
 */
import type { Clock } from '../../shared/clock.ts';
import type { ConversationFacts } from '../conversations/conversation.ts';
import type { ConversationSetting } from '../conversations/conversation-settings.ts';
import type { Guest } from '../identity/principal.ts';
import type { Store } from '../store/store.ts';
import { titleOf } from '../support/title.ts';
import type { AccountNumbers } from './account-numbers.ts';
import { writeWithGuest } from './guest-rows.ts';

/** How many of the newest conversations a start looks through for those that a crash has left. */
const NEWEST_LOOKED_THROUGH = 20_000;

export interface Opening {
  readonly conversation: Pick<ConversationFacts, 'createdAt' | 'id' | 'number' | 'owner'>;
  /** Undefined for a user. */
  readonly guest: Guest | undefined;
  /** Its first words become the title. */
  readonly text: string;
  readonly given: Given;
}

/** What its first message has set for it. */
export type Given = Pick<ConversationSetting, 'instructions' | 'persona' | 'route'>;

export interface ConversationOpeningsOptions {
  readonly store: Store;
  readonly accounts: AccountNumbers;
  readonly clock: Pick<Clock, 'now'>;
}

export class ConversationOpenings {
  readonly #options: ConversationOpeningsOptions;

  constructor(options: ConversationOpeningsOptions) {
    this.#options = options;
  }

  /** Resolves when the row is durable; false when there was one already. */
  async open({ conversation, guest, text, given }: Opening): Promise<boolean> {
    const { store, accounts, clock } = this.#options;
    const { number, id, owner, createdAt: created_at } = conversation;
    const at = clock.now();
    const row = {
      number,
      id,
      owner,
      title: titleOf(text),
      status: 'open',
      created_at,
      updated_at: at,
      ...given,
    } as const;
    const insert = store.db.insertInto('conversations').values(row);
    const steps = [insert.onConflict((one) => one.column('number').doNothing()).compile()];
    const isNewGuest = guest !== undefined && !guest.isStored;
    const [opened = 0] = await (isNewGuest
      ? writeWithGuest({ store, accounts }, guest, at, steps)
      : store.write(steps));
    return opened > 0;
  }

  /** False when something was said in it, or its owner has given it something. */
  async withdraw(number: number, { instructions }: Pick<Given, 'instructions'>): Promise<boolean> {
    const { store } = this.#options;
    const step = untouched(store, instructions).where('number', '=', number);
    const [removed = 0] = await store.write([step.compile()]);
    if (removed > 0) await store.forgetBytes({ keepCopies: true });
    return removed > 0;
  }
}

/** Those that a crash has left. Call it before anything is said. */
export async function withdrawLeft(store: Store): Promise<void> {
  const { db } = store;
  const newest = await db
    .selectFrom('conversations')
    .select((each) => each.fn.max('number').as('number'))
    .executeTakeFirst();
  const after = (newest?.number ?? 0) - NEWEST_LOOKED_THROUGH;
  const [removed = 0] = await store.write([untouched(store).where('number', '>', after).compile()]);
  if (removed > 0) await store.forgetBytes({ keepCopies: true });
}

/**
 * One that its owner has made has no title, or one that the owner gave. Without `instructions`, whichever its
 * first message has given it.
 */
function untouched({ db }: Store, instructions?: string) {
  return db
    .deleteFrom('conversations')
    .where('title', '<>', '')
    .where('title_source', '=', 'words')
    .where('deleted_at', 'is', null)
    .$if(instructions !== undefined, (rows) => rows.where('instructions', '=', instructions ?? ''))
    .where('pinned', '=', 0)
    .where('folder', 'is', null)
    .where((each) => {
      const said = each.selectFrom('messages').select('messages.number');
      return each.not(each.exists(said.whereRef('messages.conversation', '=', 'conversations.number')));
    });
}
