import type { DangerKind } from '../danger/sign.ts';
import type { Template } from '../templates.ts';
import type { Answer } from './answers.ts';

/** What is answered in a hard moment once yes and no have been read against the question that was asked. */
export type CareTopic = Exclude<Answer, 'yes' | 'no' | 'greeting' | 'only-words'>;

/** Which question ends a reply; what "yes" means afterwards depends on it. */
export type CareQuestion = 'safe' | 'near' | 'open' | 'thinking' | 'none';

type Templates = readonly Template[];
type ByKind = Readonly<Record<DangerKind, Templates>>;

/**
 * Everything the companion says while someone may be in danger, in one language. In the pointers `{1}` is
 * what is known about the emergency number and `{2}` the lines. No list names a feeling as a fact,
 * blames, or promises an outcome.
 */
export interface CareReplies extends Readonly<Record<CareList, Templates>> {
  /** First words after a sure sign. */
  readonly hear: ByKind;
  /** Yes means safe. */
  readonly askSafe: ByKind;
  /** Yes means danger: asked when the words may be a way of speaking. */
  readonly askThinking: ByKind;
  readonly topics: Readonly<Record<CareTopic, Templates>>;
  /** What is answered differently for one kind of danger. */
  readonly topicsOf: Readonly<Partial<Record<DangerKind, Partial<Record<CareTopic, Templates>>>>>;
}

export type CareList = (typeof CARE_LISTS)[number];

export const CARE_LISTS = [
  /** Yes means that somebody can be there. */
  'askNear',
  'askOpen',
  /** The same two questions when somebody else is in danger. */
  'askNearOther',
  'askOpenOther',
  /** The whole pointer: emergency number, a person nearby, the lines. */
  'pointTalk',
  'pointViolence',
  'pointHarming',
  'pointOther',
  'pointEmergency',
  /** When the whole pointer was given a moment ago. */
  'pointAgain',
  /** The emergency number in one short sentence: it is never more than a few replies away. */
  'pointNow',
  /** With a question that asks what was meant. */
  'pointIfSo',
  'stay',
  /** Said once, in the first reply, if that reply is one of these. */
  'whatIAm',
  /** The words were only words. */
  'released',
  /** Put after an ordinary reply when the question was passed over. */
  'doorOpen',
  'goodbyeSafe',
  'releasedBereaved',
] as const;
