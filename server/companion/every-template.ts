import type { CareReplies } from './care/care-replies.ts';
import type { Pack } from './rule.ts';
import type { Template } from './templates.ts';

/** Every list that is gone through in turn, in one language: what tells one's own replies from a model's. */
export function listsOf(pack: Pack | CareReplies): readonly (readonly Template[])[] {
  return 'smallTalk' in pack ? listsOfPack(pack) : listsOfCare(pack);
}

export function templatesOf(pack: Pack | CareReplies): Template[] {
  return listsOf(pack).flat();
}

function listsOfPack(pack: Pack): (readonly Template[])[] {
  return [
    ...[...pack.smallTalk, ...pack.rules].map(({ replies }) => replies),
    pack.afterIntroduction,
    pack.memory,
    pack.longTopics,
    pack.long,
    pack.repeated,
    pack.question,
    pack.neutral,
    pack.emojiSad,
    pack.emojiHappy,
    pack.emoji,
    pack.garbled,
    pack.symbols,
    pack.foreign,
  ];
}

function listsOfCare(care: CareReplies): (readonly Template[])[] {
  const { hear, askSafe, askThinking, topics, topicsOf, whatIAm: _once, ...lists } = care;
  return [hear, askSafe, askThinking, topics, ...Object.values(topicsOf)]
    .flatMap((table): (readonly Template[])[] => Object.values(table))
    .concat(Object.values(lists));
}
