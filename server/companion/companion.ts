import { careReply, askedIn, doorOpen } from './care/reply.ts';
import { CARE_ENGLISH } from './care/care-english.ts';
import { CARE_SPANISH } from './care/care-spanish.ts';
import { readCare } from './care/state.ts';
import type { CareReading } from './care/state.ts';
import { readConversation } from './conversation.ts';
import type { Conversation, Message } from './conversation.ts';
import { PACK_ENGLISH } from './english/pack.ts';
import { BUILT_IN_HELPLINES } from './helplines.ts';
import type { Helplines, Language } from './helplines.ts';
import { languageToAnswerIn, registerOf } from './language.ts';
import { memorable, ordinaryReply, packOf } from './ordinary.ts';
import { PACK_SPANISH } from './spanish/pack.ts';
import { speakerOf } from './speaker.ts';
import { wasSaid } from './templates.ts';
import { templatesOf } from './every-template.ts';
import { clean, fold } from './text.ts';

export { HelplinesSchema, parseHelplines } from './helplines.ts';
export type { Helplines } from './helplines.ts';
export { splitForStreaming } from './stream-pieces.ts';

export interface CompanionInput {
  /** Whole turns, oldest first; the last one is the person's new message. */
  readonly messages: readonly Message[];
  /** The session's language; a message that is clearly in the other one is answered in that. */
  readonly locale: Language;
  /** Where to point to for help; the built-in ones by default. */
  readonly helplines?: Helplines | undefined;
}

const INTRODUCTIONS = [
  PACK_SPANISH.introduction,
  PACK_ENGLISH.introduction,
  ...CARE_SPANISH.whatIAm,
  ...CARE_ENGLISH.whatIAm,
];
const EVERYTHING_SAID = [PACK_SPANISH, PACK_ENGLISH, CARE_SPANISH, CARE_ENGLISH]
  .flatMap((pack) => templatesOf(pack))
  // What is shorter ("Go on.") a model might have said just as well.
  .filter((template) => template.length > 20);

/**
 * The whole reply of the companion that answers when no model can. Pure: the same conversation, the same
 * reply; what it remembers is what it is handed. Signs of danger go before every other rule, and the turns
 * after one stay gentle.
 */
export function reply(input: CompanionInput): string {
  const conversation = readConversation(input.messages);
  const care = readCare(conversation.turns, askedIn);
  const language = languageFor(conversation, care, input.locale);
  const speaker = speakerOf(language, registerOf(conversation.persons), conversation.replies);
  const introduce = !wasIntroduced(conversation.replies);
  const helplines = (input.helplines ?? BUILT_IN_HELPLINES)[language];
  const echo =
    care.sign === undefined ? memorable(conversation.message, speaker, speaker.register) : undefined;
  const context = { speaker, helplines, introduce, echo };
  const cared = careReply(care.move, context);
  if (cared !== undefined) return cared;
  const { text, saysWhatItIs } = ordinaryReply(conversation, speaker, speaker.register);
  const body = care.move.say === 'door-open' ? `${text}\n\n${doorOpen(context)}` : text;
  if (!introduce) return body;
  const pack = packOf(speaker);
  const greeting = greets(conversation.message) || conversation.turns.length <= 1 ? `${pack.hello} ` : '';
  return `${greeting}${pack.introduction}\n\n${saysWhatItIs ? speaker.say(pack.afterIntroduction) : body}`;
}

/** Words of danger decide: a cry in one language is answered in it, whatever the session's. */
function languageFor(conversation: Conversation, care: CareReading, locale: Language): Language {
  const said = care.sign?.language;
  const spoken = languageToAnswerIn(conversation.persons, locale);
  if (said === undefined || said === 'other' || care.sign === undefined) return spoken;
  return languageToAnswerIn([conversation.message], said);
}

function greets(message: string): boolean {
  return /^\W*(?:hola|buenas|buenos|hello|hi|hey|good)\b/u.test(fold(clean(message.slice(0, 100))));
}

/**
 * The companion says what it is once; after a model's replies it has yet to say it. When the beginning
 * was cut off to fit, the last reply shows that it was the companion's.
 */
function wasIntroduced(replies: readonly string[]): boolean {
  return replies.some((said) => wasSaid(INTRODUCTIONS, said)) || wasSaid(EVERYTHING_SAID, replies.at(-1));
}
