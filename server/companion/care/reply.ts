import type { DangerKind } from '../danger/sign.ts';
import { listLines } from '../helplines.ts';
import type { HelplinesOfLanguage } from '../helplines.ts';
import type { Speaker } from '../speaker.ts';
import type { Template } from '../templates.ts';
import type { CareQuestion, CareReplies } from './care-replies.ts';
import type { CareMove } from './state.ts';

/** The safety question comes back this often while the person has not said that they are safe. */
const ASK_SAFE_EVERY = 3;

/** In the order in which they are looked for in a reply. */
const QUESTIONS = ['safe', 'thinking', 'near', 'open'] as const;

/** By template: the question that it asks. */
export function questionsOf(care: CareReplies): ReadonlyMap<Template, CareQuestion> {
  const lists: Readonly<Record<(typeof QUESTIONS)[number], readonly Template[]>> = {
    safe: Object.values(care.askSafe).flat(),
    thinking: Object.values(care.askThinking).flat(),
    near: [...care.askNear, ...care.askNearOther],
    open: [...care.askOpen, ...care.askOpenOther],
  };
  // A later entry overwrites an earlier one, so the question that is looked for first comes last.
  return new Map(
    QUESTIONS.toReversed().flatMap((question) =>
      lists[question].map((template): [Template, CareQuestion] => [template, question]),
    ),
  );
}

/** Which question a reply ended with; of several, the one that is looked for first. */
export function askedBy(
  said: readonly Template[],
  questions: readonly ReadonlyMap<Template, CareQuestion>[],
): CareQuestion {
  for (const ofLanguage of questions) {
    const asked = said.map((template) => ofLanguage.get(template));
    const first = QUESTIONS.find((question) => asked.includes(question));
    if (first !== undefined) return first;
  }
  return 'none';
}

export interface CareContext {
  readonly care: CareReplies;
  readonly speaker: Speaker;
  readonly helplines: HelplinesOfLanguage;
  /** Part of the newest message that can be said back unchanged; never a sign of danger. */
  readonly echo: string | undefined;
  /** The person has not yet been told that a companion, and not a model, answers here. */
  readonly introduce: boolean;
}

/** The reply for a move that is not left to the ordinary rules; undefined for one that is. */
export function careReply(move: CareMove, context: CareContext): string | undefined {
  switch (move.say) {
    case 'nothing':
    case 'door-open':
      return undefined;
    case 'danger':
      return dangerReply(move.kind, move.again, context);
    case 'ask':
      return askReply(move.kind, context);
    case 'released':
      return paragraphs([released(move.kind, context), introduction(context)]);
    case 'topic':
      return topicReply(move, context);
  }
}

/** What is added to an ordinary reply when the question about danger was passed over. */
export function doorOpen(context: CareContext): string {
  return context.speaker.say(context.care.doorOpen);
}

function released(kind: DangerKind, context: CareContext): string {
  const { care } = context;
  return context.speaker.say(kind === 'bereaved' ? care.releasedBereaved : care.released);
}

function dangerReply(kind: DangerKind, again: boolean, context: CareContext): string {
  const { speaker, care } = context;
  const heard = speaker.say(care.hear[kind]);
  const pointer = again ? speaker.say(care.pointAgain) : point(pointerFor(care, kind), kind, context);
  if (kind === 'emergency') {
    return paragraphs([`${heard} ${pointer}`, introduction(context), speaker.say(care.askSafe[kind])]);
  }
  return paragraphs([
    `${heard} ${speaker.say(care.askSafe[kind])}`,
    pointer,
    introduction(context) || speaker.say(care.stay),
  ]);
}

function askReply(kind: DangerKind, context: CareContext): string {
  const { speaker, care } = context;
  const question = speaker.say(care.askThinking[kind]);
  const opening = kind === 'bereaved' ? `${speaker.say(care.hear.bereaved)} ${question}` : question;
  return paragraphs([opening, point(care.pointIfSo, kind, context), introduction(context)]);
}

function topicReply(move: Extract<CareMove, { say: 'topic' }>, context: CareContext): string {
  const { speaker, echo, care } = context;
  const { kind, topic, safe, turns } = move;
  if (topic === 'leaving' && safe) return speaker.say(care.goodbyeSafe);
  const list = bodyFor(care, kind, topic);
  const body =
    speaker.trySay(list, echo === undefined ? [] : [echo]) ??
    speaker.say(list.filter((template) => !template.hasSlot));
  const question = speaker.say(questionFor(care, move));
  const pointer = topic === 'not-safe' || (!safe && turns % ASK_SAFE_EVERY === 0);
  const now = pointer ? `${speaker.say(care.pointNow, [context.helplines.emergency])} ` : '';
  return `${body} ${now}${question}`;
}

function bodyFor(
  care: CareReplies,
  kind: DangerKind,
  topic: Extract<CareMove, { say: 'topic' }>['topic'],
): readonly Template[] {
  return care.topicsOf[kind]?.[topic] ?? care.topics[topic];
}

function questionFor(
  care: CareReplies,
  { kind, topic, safe, turns }: Extract<CareMove, { say: 'topic' }>,
): readonly Template[] {
  const ofOther = kind === 'somebody-else';
  switch (topic) {
    case 'not-safe':
    case 'unclear':
    case 'no-call':
    case 'alone':
    case 'do-something':
      return ofOther ? care.askNearOther : care.askNear;
    case 'leaving':
      return care.askSafe[kind];
    default:
      if (!safe && (kind === 'emergency' || turns % ASK_SAFE_EVERY === 0)) return care.askSafe[kind];
      return ofOther ? care.askOpenOther : care.askOpen;
  }
}

function pointerFor(care: CareReplies, kind: DangerKind): readonly Template[] {
  switch (kind) {
    case 'emergency':
      return care.pointEmergency;
    case 'harmed':
      return care.pointViolence;
    case 'harming':
      return care.pointHarming;
    case 'somebody-else':
      return care.pointOther;
    default:
      return care.pointTalk;
  }
}

function point(
  templates: readonly Template[],
  kind: DangerKind,
  { speaker, helplines }: CareContext,
): string {
  const lines = listLines(helplines, kind === 'harmed' ? 'violence' : 'talk');
  return speaker.say(templates, [helplines.emergency, lines]);
}

function introduction({ introduce, speaker, care }: CareContext): string {
  return introduce ? speaker.say(care.whatIAm) : '';
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
