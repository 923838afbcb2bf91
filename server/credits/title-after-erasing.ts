/** A conversation whose first words were erased is named by the first words that are left. */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import { titleOf } from '../support/title.ts';

/** Only for conversations without a title that their owner has not named. */
export async function nameByWordsLeft(store: Store, conversations: readonly string[]): Promise<void> {
  const steps: Step[] = [];
  for (const id of conversations) {
    const words = await store.db
      .selectFrom('conversations')
      .innerJoin('messages', 'messages.conversation', 'conversations.number')
      .select(['conversations.number', 'messages.number as message', 'messages.text'])
      .where('conversations.id', '=', id)
      .where('conversations.title', '=', '')
      .where('conversations.title_source', '<>', 'owner')
      .where('conversations.deleted_at', 'is', null)
      .where('messages.role', '=', 'user')
      .where('messages.text', '<>', '')
      .orderBy('messages.number')
      .limit(1)
      .executeTakeFirst();
    if (words) steps.push(titleStep(store, words));
  }
  if (steps.length > 0) await store.write(steps);
}

interface Words {
  readonly number: number;
  readonly message: number;
  readonly text: string;
}

/** The words may have been erased since they were read: no title may outlive them. */
function titleStep({ db }: Store, { number, message, text }: Words): Step {
  return db
    .updateTable('conversations')
    .set({ title: titleOf(text) })
    .where('number', '=', number)
    .where('title', '=', '')
    .where('deleted_at', 'is', null)
    .where((each) =>
      each.exists(
        each
          .selectFrom('messages')
          .select('messages.number')
          .where('messages.number', '=', message)
          .where('messages.text', '<>', ''),
      ),
    )
    .compile();
}
