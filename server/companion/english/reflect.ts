import { fold } from '../text.ts';

const FROM_ME: ReadonlyMap<string, string> = new Map(
  Object.entries({
    i: 'you',
    "i'm": "you're",
    im: "you're",
    "i've": "you've",
    ive: "you've",
    "i'll": "you'll",
    "i'd": "you'd",
    me: 'you',
    my: 'your',
    mine: 'yours',
    myself: 'yourself',
    am: 'are',
    we: 'you',
    "we're": "you're",
    "we've": "you've",
    us: 'you',
    our: 'your',
    ours: 'yours',
    ourselves: 'yourselves',
  }),
);
const FROM_YOU: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "you're": "I'm",
    youre: "I'm",
    "you've": "I've",
    "you'll": "I'll",
    "you'd": "I'd",
    your: 'my',
    yours: 'mine',
    yourself: 'myself',
  }),
);
/** Beside these, "you" is the subject. */
const SUBJECT_BEFORE = new Set(
  `are were do did can will would that if because when why how what think believe know hope wish
  and but`.split(/\s+/u),
);
const SUBJECT_AFTER = new Set(
  `are were will would can could should may might must do don't did didn't have haven't can't won't
  never always just
  really know understand think want like hate love say said tell told make made keep seem need feel`.split(
    /\s+/u,
  ),
);

/**
 * What the person said of themselves, said back: "my mother doesn't listen to me" → "your mother doesn't
 * listen to you".
 */
export function reflectEnglish(fragment: string): string {
  const words = fragment.split(/\s+/u);
  return words.map((word, index) => reflectWord(words, word, index)).join(' ');
}

function reflectWord(words: readonly string[], word: string, index: number): string {
  const plain = fold(word);
  const previous = fold(words[index - 1] ?? '');
  if (
    plain === 'was' &&
    (previous === 'i' || (FROM_ME.get(fold(words[index - 2] ?? '')) === 'you' && previous === 'never'))
  )
    return 'were';
  if (plain === "wasn't" && previous === 'i') return "weren't";
  if (plain === 'are' && (previous === 'you' || fold(words[index + 1] ?? '') === 'you')) return 'am';
  if (plain === 'were' && previous === 'you') return 'was';
  if (plain === 'you') return isSubject(words, index) ? 'I' : 'me';
  return FROM_ME.get(plain) ?? FROM_YOU.get(plain) ?? word;
}

function isSubject(words: readonly string[], index: number): boolean {
  if (index === 0) return true;
  const next = fold(words[index + 1] ?? '');
  return SUBJECT_AFTER.has(next) || (next !== '' && SUBJECT_BEFORE.has(fold(words[index - 1] ?? '')));
}
