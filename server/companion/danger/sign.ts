/** What the words may point to. */
export type DangerKind =
  /** Wanting to die. */
  | 'suicide'
  /** Hurting oneself. */
  | 'self-harm'
  /** Something already taken or done that cannot wait. */
  | 'emergency'
  /** Another person does the harm. */
  | 'harmed'
  /** The person may harm another. */
  | 'harming'
  /** Somebody else is in danger. */
  | 'somebody-else'
  /** Somebody died by suicide. */
  | 'bereaved';

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
