import type { Register } from '../templates.ts';
import { fold } from '../text.ts';
import { FIRST_PERSON, SECOND_PERSON, SHARED_PERSON } from './verbs.ts';

/** Words after which an unmarked form in -o or -e is "I", not a noun and not what somebody else did. */
const BEFORE_MY_VERB = set(`
  yo que y o pero porque cuando si como donde siempre nunca ya tampoco también tambien hoy ayer ahora
  casi sólo solo no ni
  me te le lo la los las les se aunque mientras así asi entonces anoche aún aun todavía todavia quizás
  tal a veces jamás
  apenas antes después despues allí aquí cómo qué quien
`);
const PREPOSITIONS = set(
  'a para de por sin sobre hacia en contra ante entre con según segun tras desde hasta',
);
const CLITICS = set('me te le lo la los las les se no nos');
/** Infinitives whose "me" is the person acting on themselves, so that usted gives "se" and not "le". */
const REFLEXIVE = set(`
  ir sentir morir quedar levantar dormir calmar relajar mudar casar separar divorciar despertar
  concentrar olvidar
  acostar enojar enfadar quejar bañar duchar enamorar acordar alejar perdonar cuidar preocupar divertir
  aburrir cansar
  rendir equivocar marchar mover parar vestir hundir defender esconder sentar poner hacer dar perder
`);
const ABOUT_US = /^(?:nos|nosotros|nosotras|nuestr[oa]s?|conmigo mism[oa])$/u;
/** "discutimos" could be answered only in a plural that differs from place to place. */
const WE_VERB = /(?:amos|emos|imos|ábamos|abamos|íamos|iamos)$/u;
const NOT_WE_VERB = set(`
  ramos tramos gramos extremos supremos racimos primos mimos animos intimos ultimos proximos mismos
  maximos minimos timos
`);
/** First persons that are nothing else, wherever they stand. */
const ALWAYS_MINE = set(`
  soy estoy voy tengo hago digo doy vengo pongo salgo conozco quiero puedo fui tuve hice pude quise estuve
`);
/** After these comes a thing: "mi trabajo", "el cuento". */
const DETERMINERS = set(`
  el la los las un una unos unas mi mis tu tus su sus este esta ese esa mucho mucha poco poca otro otra
  al del cada ningun
  ninguna algun alguna buen mal gran primer tanto tanta
`);
/** "no se que hacer": without its accent, this is knowing all the same. */
const ABOUT_KNOWING = set('que como si cuando donde por nada cual quien');
const BEFORE_A_WISH = set('que cuando para ojala aunque si');
const SOMEBODY = set('el ella mi mis su la los las ellos eso todo nadie un una');

const FROM_ME: ReadonlyMap<string, readonly [string, string, string]> = new Map(
  Object.entries<readonly [string, string, string]>({
    yo: ['tú', 'usted', 'vos'],
    mis: ['tus', 'sus', 'tus'],
    mio: ['tuyo', 'suyo', 'tuyo'],
    mia: ['tuya', 'suya', 'tuya'],
    mios: ['tuyos', 'suyos', 'tuyos'],
    mias: ['tuyas', 'suyas', 'tuyas'],
    conmigo: ['contigo', 'con usted', 'con vos'],
  }),
);
const FROM_YOU: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tu: 'mi',
    tus: 'mis',
    te: 'me',
    ti: 'mí',
    vos: 'yo',
    usted: 'yo',
    contigo: 'conmigo',
    tuyo: 'mío',
    tuya: 'mía',
  }),
);

interface Word {
  readonly text: string;
  readonly plain: string;
}

/**
 * What the person said of themselves, said back to them: "mi madre no me escucha" → "tu madre no te
 * escucha". Keeps their own nouns and accents. Returns undefined rather than say something ungrammatical:
 * when a form cannot be told to be theirs, or speaks of "us".
 */
export function reflectSpanish(fragment: string, register: Register): string | undefined {
  const words = fragment.split(/\s+/u).map((text): Word => ({ text, plain: fold(text) }));
  const said = words.map((_word, index) => reflectWord(words, index, register));
  return said.every((word) => word !== undefined) ? said.join(' ') : undefined;
}

function reflectWord(words: readonly Word[], index: number, register: Register): string | undefined {
  const word = words[index];
  if (word === undefined) return undefined;
  const { text, plain } = word;
  if (ABOUT_US.test(plain) || (WE_VERB.test(text) && !NOT_WE_VERB.has(plain))) return undefined;
  if (plain === 'me') return reflectMe(words, index, register);
  if (plain === 'mi') return reflectMi(words, index, register);
  if (text === 'tú') return 'yo';
  const mine = FROM_ME.get(plain);
  if (mine !== undefined) return pick(mine, register);
  return reflectPronounEnding(word, register) ?? reflectVerb(words, index, register);
}

function reflectVerb(words: readonly Word[], index: number, register: Register): string | undefined {
  const word = words[index];
  if (word === undefined) return undefined;
  const { text, plain } = word;
  const before = wordBefore(words, index);
  const first = FIRST_PERSON.get(plain);
  if (first !== undefined && isMine(words, index, first.yo)) return first[register];
  const shared = SHARED_PERSON.get(plain);
  if (shared !== undefined) return reflectShared(words, index, shared[register]);
  const yours = FROM_YOU.get(plain);
  if (yours !== undefined) return yours;
  const second = SECOND_PERSON.get(plain);
  const bare =
    before === undefined ||
    BEFORE_MY_VERB.has(before.plain) ||
    before.plain === 'tu' ||
    before.plain === 'vos';
  return second !== undefined && bare && !isNoun(words, index) ? second.yo : text;
}

/** "hablo" is I and "habló" is she; "trabajo" after "mi" is a thing; "hable" after "que" is a wish. */
function isMine(words: readonly Word[], index: number, yo: string): boolean {
  const { text, plain } = words[index] ?? { text: '', plain: '' };
  if (/[áéíóú]$/u.test(text) && text.toLowerCase() !== yo) return false;
  if (plain === 'se' && text !== 'sé') return ABOUT_KNOWING.has(words[index + 1]?.plain ?? '');
  if (isNoun(words, index)) return false;
  if (ALWAYS_MINE.has(yo)) return true;
  const before = wordBefore(words, index);
  if (yo.endsWith('é') && text.toLowerCase() !== yo && BEFORE_A_WISH.has(before?.plain ?? '')) return false;
  return plain !== 'entre' && (before === undefined || BEFORE_MY_VERB.has(before.plain));
}

function isNoun(words: readonly Word[], index: number): boolean {
  const previous = words[index - 1]?.plain ?? '';
  if (CLITICS.has(previous) && FIRST_PERSON.has(words[index]?.plain ?? '')) return false;
  return DETERMINERS.has(previous) || PREPOSITIONS.has(previous);
}

/** "cuando era niña": mine, unless somebody else was named before. */
function reflectShared(words: readonly Word[], index: number, mine: string): string | undefined {
  const earlier = words.slice(0, index).map(({ plain }) => plain);
  if (earlier.includes('yo')) return mine;
  const somebody = earlier.some((plain) => SOMEBODY.has(plain));
  return somebody ? words[index]?.text : undefined;
}

function reflectMe(words: readonly Word[], index: number, register: Register): string {
  if (register !== 'usted') return 'te';
  const next = words[index + 1]?.plain ?? '';
  return FIRST_PERSON.has(next) ? 'se' : 'le';
}

/** "mi madre" is hers; "para mí", accent or not, is me. */
function reflectMi(words: readonly Word[], index: number, register: Register): string {
  const previous = words[index - 1]?.plain ?? '';
  const next = words[index + 1]?.plain ?? '';
  const alone =
    next === '' || /^(?:me|y|o|no|es|que|porque|pero|mismo|misma|ya|tampoco|tambien|solo|sola)$/u.test(next);
  const isPronoun = words[index]?.text === 'mí' || (PREPOSITIONS.has(previous) && alone);
  return pick(isPronoun ? ['ti', 'usted', 'vos'] : ['tu', 'su', 'tu'], register);
}

/** "hacerme", "haciéndome", "ayudarte". */
function reflectPronounEnding({ text, plain }: Word, register: Register): string | undefined {
  if (/(?:ar|er|ir)me$/u.test(plain) && plain.length >= 4) {
    return (
      text.slice(0, -2) + (register === 'usted' ? (REFLEXIVE.has(plain.slice(0, -2)) ? 'se' : 'le') : 'te')
    );
  }
  if (/(?:ando|iendo|yendo)me$/u.test(plain)) return text.slice(0, -2) + (register === 'usted' ? 'se' : 'te');
  if (
    /(?:ar|er|ir)te$/u.test(plain) &&
    plain.length > 5 &&
    !/^(?:parte|aparte|muerte|suerte|fuerte|arte|advierte)$/u.test(plain)
  ) {
    return `${text.slice(0, -2)}me`;
  }
  return undefined;
}

/** The word before, not counting "no", "me", "lo" …; undefined at the beginning. */
function wordBefore(words: readonly Word[], index: number): Word | undefined {
  return words.slice(0, index).findLast(({ plain }) => !CLITICS.has(plain));
}

function pick([tú, usted, vos]: readonly [string, string, string], register: Register): string {
  return { tú, usted, vos }[register];
}

function set(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/u).filter((word) => word !== ''));
}
