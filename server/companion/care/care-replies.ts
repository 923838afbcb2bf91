import type { DangerKind } from '../danger/assess.ts';
import type { Template } from '../templates.ts';
import type { Answer } from './answers.ts';

/** What is answered in a hard moment once yes and no have been read against the question that was asked. */
export type CareTopic = Exclude<Answer, 'yes' | 'no' | 'unclear' | 'greeting' | 'only-words'> | 'unclear';

/** Which question ends a reply; what "yes" means afterwards hangs on it. */
export type CareQuestion = 'safe' | 'near' | 'open' | 'thinking' | 'none';

/**
 * Everything the companion says while someone may be in danger, in one language. In the pointers `{1}` is
 * what is known about the emergency number and `{2}` the lines. No list names a feeling as a fact,
 * blames, or promises an outcome.
 */
export interface CareReplies {
  /** First words after a sure sign. */
  readonly hear: Readonly<Record<DangerKind, readonly Template[]>>;
  /** Yes means safe. */
  readonly askSafe: Readonly<Record<DangerKind, readonly Template[]>>;
  /** Yes means danger: asked when the words may be a way of speaking. */
  readonly askThinking: Readonly<Record<DangerKind, readonly Template[]>>;
  /** Yes means that somebody can be there. */
  readonly askNear: readonly Template[];
  readonly askOpen: readonly Template[];
  /** The same two questions when somebody else is in danger. */
  readonly askNearOther: readonly Template[];
  readonly askOpenOther: readonly Template[];
  /** The whole pointer: emergency number, a person nearby, the lines. */
  readonly pointTalk: readonly Template[];
  readonly pointViolence: readonly Template[];
  readonly pointHarming: readonly Template[];
  readonly pointOther: readonly Template[];
  readonly pointEmergency: readonly Template[];
  /** When the whole pointer was given a moment ago. */
  readonly pointAgain: readonly Template[];
  /** The emergency number in one short sentence: it is never more than a few replies away. */
  readonly pointNow: readonly Template[];
  /** With a question that asks what was meant. */
  readonly pointIfSo: readonly Template[];
  readonly stay: readonly Template[];
  /** Said once, in the first reply, if that reply is one of these. */
  readonly whatIAm: readonly Template[];
  /** The words were only words. */
  readonly released: readonly Template[];
  /** Put after an ordinary reply when the question was passed over. */
  readonly doorOpen: readonly Template[];
  readonly goodbyeSafe: readonly Template[];
  readonly releasedBereaved: readonly Template[];
  readonly topics: Readonly<Record<CareTopic, readonly Template[]>>;
  /** What is answered differently for one kind of danger. */
  readonly topicsOf: Readonly<Partial<Record<DangerKind, Partial<Record<CareTopic, readonly Template[]>>>>>;
}
