import { fold } from '../text.ts';

/** One meaning in the persons that a conversation needs: I, and the three ways to say "you" to one person. */
export interface VerbForms {
  readonly yo: string;
  readonly tú: string;
  readonly usted: string;
  readonly vos: string;
}

export type StemChange = (typeof STEM_CHANGES)[number] | 'none';

export const STEM_CHANGES = ['ie', 'ue', 'i'] as const;

/** What the phrase files say about verbs. */
export interface VerbPhrases {
  /** Infinitives that change nothing but their ending. */
  readonly regular: readonly string[];
  /** Infinitives with the change of their stem. */
  readonly changing: readonly (readonly [infinitive: string, change: StemChange])[];
  /** Forms that no rule gives. */
  readonly irregular: readonly VerbForms[];
  /** The same for I and for he or she: the words around them show which it is. */
  readonly shared: readonly VerbForms[];
}

/** Forms without accents → every person of them. */
export interface SpanishVerbs {
  readonly firstPerson: ReadonlyMap<string, VerbForms>;
  /** Forms of tú and vos. */
  readonly secondPerson: ReadonlyMap<string, VerbForms>;
  /** Forms that "I" and "she" share. */
  readonly sharedPerson: ReadonlyMap<string, VerbForms>;
}

export function spanishVerbs({ regular, changing, irregular, shared }: VerbPhrases): SpanishVerbs {
  const infinitives = [
    ...regular.map((infinitive): [string, StemChange] => [infinitive, 'none']),
    ...changing,
  ];
  // What is irregular comes last, so that it wins over what a rule would make of the same letters.
  const forms = [
    ...infinitives.flatMap(([infinitive, change]) => conjugate(infinitive, change)),
    ...irregular,
  ];
  return {
    firstPerson: byForm(forms, 'yo'),
    secondPerson: new Map([...byForm(forms, 'vos'), ...byForm(forms, 'tú')]),
    sharedPerson: byForm(
      [...shared, ...infinitives.flatMap(([infinitive]) => sharedForms(infinitive))],
      'yo',
    ),
  };
}

function conjugate(infinitive: string, change: StemChange): VerbForms[] {
  const stem = infinitive.slice(0, -2);
  const ending = infinitive.slice(-2);
  const strong = changed(stem, change);
  const isAr = ending === 'ar';
  const vowel = isAr ? 'a' : 'e';
  const present: VerbForms = {
    yo: `${strong}o`,
    tú: `${strong}${vowel}s`,
    usted: `${strong}${vowel}`,
    vos: `${stem}${isAr ? 'ás' : ending === 'er' ? 'és' : 'ís'}`,
  };
  const weak = ending === 'ir' ? weakened(stem, change) : stem;
  const past: VerbForms = isAr
    ? { yo: `${softened(stem)}é`, tú: `${stem}aste`, usted: `${stem}ó`, vos: `${stem}aste` }
    : { yo: `${stem}í`, tú: `${stem}iste`, usted: `${weak}ió`, vos: `${stem}iste` };
  const future: VerbForms = {
    yo: `${infinitive}é`,
    tú: `${infinitive}ás`,
    usted: `${infinitive}á`,
    vos: `${infinitive}ás`,
  };
  return [past, future, present];
}

function sharedForms(infinitive: string): VerbForms[] {
  const stem = infinitive.slice(0, -2);
  const imperfect = infinitive.endsWith('ar') ? `${stem}aba` : `${stem}ía`;
  return [imperfect, `${infinitive}ía`].map((yo) => ({ yo, tú: `${yo}s`, usted: yo, vos: `${yo}s` }));
}

function changed(stem: string, change: StemChange): string {
  if (change === 'none') return stem;
  const at = Math.max(stem.lastIndexOf(change === 'ue' ? 'o' : 'e'), stem === 'jug' ? 1 : -1);
  return at < 0 ? stem : stem.slice(0, at) + change + stem.slice(at + 1);
}

/** "sintió", "durmió": what is left of the change in the past of verbs in -ir. */
function weakened(stem: string, change: StemChange): string {
  if (change === 'none') return stem;
  const from = change === 'ue' ? 'o' : 'e';
  const at = stem.lastIndexOf(from);
  return at < 0 ? stem : stem.slice(0, at) + (from === 'o' ? 'u' : 'i') + stem.slice(at + 1);
}

/** "busqué", "pagué", "empecé". */
function softened(stem: string): string {
  return stem.replace(/c$/u, 'qu').replace(/g$/u, 'gu').replace(/z$/u, 'c');
}

function byForm(forms: readonly VerbForms[], person: keyof VerbForms): Map<string, VerbForms> {
  return new Map(forms.map((form) => [fold(form[person]), form]));
}
