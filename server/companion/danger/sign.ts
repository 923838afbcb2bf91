/** What the words may point to. */
export type DangerKind = (typeof DANGER_KINDS)[number];

/** The first that is found is answered: what cannot wait, then the person's own life, then others. */
export const DANGER_KINDS = [
  /** Something already taken or done that cannot wait. */
  'emergency',
  /** Wanting to die. */
  'suicide',
  /** Hurting oneself. */
  'self-harm',
  /** The person may harm another. */
  'harming',
  /** Another person does the harm. */
  'harmed',
  /** Somebody else is in danger. */
  'somebody-else',
  /** Somebody died by suicide. */
  'bereaved',
] as const;

/** `sure`: answered as danger. `unsure`: may be a way of speaking, so it is asked. */
export interface DangerSign {
  readonly kind: DangerKind;
  readonly certainty: 'sure' | 'unsure';
}

/** Patterns in plain words (see `plainSentences`), grouped by what they mean. */
export interface DangerTable {
  readonly sure: Readonly<Partial<Record<DangerKind, readonly string[]>>>;
  readonly unsure: Readonly<Partial<Record<DangerKind, readonly string[]>>>;
  /** Figures of speech, titles and trades: taken out of the sentence before anything is looked for. */
  readonly innocent: readonly string[];
  /** Words directly before a sign that turn it into its denial. */
  readonly denied: readonly string[];
  /** The sentence speaks of a song, a game, a book, or of long ago: what would be sure is asked instead. */
  readonly distant: readonly string[];
}

/** Everything that danger is read by. */
export interface DangerPhrases {
  readonly es: DangerTable;
  readonly en: DangerTable;
  readonly other: DangerTable;
  /** Words that say that an accident was not an accident: figures of speech are then taken literally. */
  readonly onPurpose: readonly string[];
  /** Words for songs, films and the like: what stands in quotation marks near them is a title. */
  readonly works: readonly string[];
  /** What people type → the words that they mean. */
  readonly spellings: ReadonlyMap<string, string>;
}
