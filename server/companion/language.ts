import type { Language } from './helplines.ts';
import type { Register } from './templates.ts';
import { clean, fold, pattern, wordsOf } from './text.ts';

/** Words that only one of the two languages has (or nearly so), without accents. */
const SPANISH = words(`
  hola buenas buenos dias tardes noches gracias adios chau chao hasta luego si yo tu usted vos el ella
  nosotros ellos
  mi mis te se lo la los las un una unos unas y o pero porque que quien como cuando donde cual es soy
  eres sos somos son
  esta estas estoy estan estaba era fue ser estar tengo tienes tenes tiene hay hace hacer hago puedo
  puedes podes puede
  quiero quieres queres quiere siento sientes sabe sabes se creo pienso muy mucho mucha muchos poco mas
  menos tambien
  nada nadie todo todos siempre nunca ya ahora hoy ayer manana bien mal triste feliz miedo vida trabajo
  casa madre padre
  mama papa hermano hermana amigo amiga novio novia marido hijo hija con sin para por de del al en este
  ese eso esto
  ayuda ayudame puedes hablar hablas espanol dale vale claro bueno jaja perdon disculpa oye che dime
  decime cuentame
  contame traduce escribe explica cuanto capital chiste murio perdi necesito gusta gustaria extrano odio amo
  escribeme explicame dame dime hazme escribime hace ayudar haces cuales quienes eran fui voy vas va
  vamos tonto inutil
  callate idiota estupido insultar
`);
const ENGLISH = words(`
  hello hi hey good morning afternoon evening thanks thank you bye goodbye yes yeah yep nope i i'm im
  i've i'd you your
  yours he she it we they my mine his her our their the an and or but because what who how when where
  which why is am are
  was were be been have has had do does did don't dont can't cant can could would will won't should
  want wants feel
  feeling know think believe very much many more less also nothing nobody everything everyone always
  never now today
  yesterday tomorrow bad sad happy afraid scared life work job house mother father mom mum dad brother
  sister friend
  boyfriend girlfriend husband wife son daughter with without for from of to in on at this that these
  those help talk
  speak english please sorry sure well write translate explain tell died lost need like love
  hate miss get got
  going about there here just really so too not stupid idiot useless shut up joke is it's its let's lol
  lonely angry
`);
const OTHERS = words(`
  je suis les des est pas vous bonjour merci salut oui avec pour mais tres dans une ne c'est mon ma mes
  nous j'ai elle
  ich nicht und ist bin hallo danke mir mein meine guten tag wie geht es dir das der ein eine auch habe
  sehr kann bitte
  sono non ciao grazie della voglio molto buongiorno sto gli anche perche questo questa sei mio mia ho parli
  voce eu estou muito obrigado obrigada meu minha tudo nao bom boa uma voces sou tenho quero falar ola
  ele ela oi
  amb estic soc gracies molt vull tinc perque aixo meva bon dia
  och jag ar inte hej tack ik ben niet het een jij hoe dank goed merhaba nasilsin dzien dobry jestem
  nie czesc tak
`);

const LATIN = /\p{Script=Latin}/u;
const LETTER = /\p{L}/gu;

/**
 * The language a message is clearly in; 'other' for one that the companion does not speak; undefined if
 * it does not show.
 */
export function languageOf(message: string): Language | 'other' | undefined {
  const letters = message.slice(0, 2_000).match(LETTER) ?? [];
  const foreign = letters.filter((letter) => !LATIN.test(letter)).length;
  if (foreign > letters.length / 2) return 'other';
  const said = wordsOf(fold(clean(message.slice(0, 2_000))));
  const es = count(said, SPANISH) + (/[¿¡ñ]/u.test(message) ? 1 : 0);
  const en = count(said, ENGLISH);
  const others = count(said, OTHERS);
  if (others > es && others > en && others * 3 >= said.length) return 'other';
  if (es > en) return 'es';
  return en > es ? 'en' : undefined;
}

/**
 * The language to answer in: that of the message; of a message that does not show it ("ok", "123"), that
 * of the newest one that did; else the session's.
 */
export function languageToAnswerIn(persons: readonly string[], locale: Language): Language {
  for (const message of persons.toReversed()) {
    const language = languageOf(message);
    if (language === 'es' || language === 'en') return language;
    if (language === 'other') return locale;
  }
  return locale;
}

const USTED = pattern(String.raw`\b(?:usted|ustedes|podria ayudarme|digame|disculpe|le agradezco|
  su ayuda|perdone|puede ayudarme|escucheme|esta usted|entienda)\b`);
const VOS = pattern(String.raw`\b(?:vos|sos|podes|queres|tenes|sabes que vos|decime|contame|che|boludo|boluda|
    ayudame vos|entendes|hablas vos|haces vos|mira vos|viste|dale|re mal|estas re|escuchame|pensas|
    crees vos|decis|sentis|venis)\b`);
const TU = /\b(?:tu|eres|puedes|quieres|tienes|dime|cuentame|contigo|entiendes|piensas|vosotros)\b/u;

/** How the person addresses the companion, by the newest message that shows it; so it is answered. */
export function registerOf(persons: readonly string[]): Register {
  for (const message of persons.toReversed()) {
    const said = fold(clean(message.slice(0, 2_000)));
    if (USTED.test(said)) return 'usted';
    if (VOS.test(said)) return 'vos';
    if (TU.test(said)) return 'tú';
  }
  return 'tú';
}

function count(said: readonly string[], known: ReadonlySet<string>): number {
  return said.filter((word) => known.has(word)).length;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/u).filter((word) => word !== ''));
}
