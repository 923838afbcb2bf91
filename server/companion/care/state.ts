import type { Assessment, DangerKind } from '../danger/assess.ts';
import type { Answer } from './answers.ts';
import type { CareQuestion, CareTopic } from './care-replies.ts';

/**
 *              unsure sign                 yes, unclear, another sign
 *   ┌──────┐ ───────────────► ┌───────┐ ─────────────────────────────► ┌────────┐
 *   │ calm │                  │ asked │                                │ crisis │ ◄─┐ any further turn
 *   └──────┘ ◄─────────────── └───────┘                                └────────┘ ──┘
 *      │  ▲    no, only words, passed over                              ▲   │
 *      │  └──────── only words, or safe and six turns, or twenty turns ─│───┘
 *      └───────────────────────── sure sign ────────────────────────────┘
 */
export type CareState =
  | { readonly phase: 'calm' }
  | { readonly phase: 'asked'; readonly kind: DangerKind }
  | {
      readonly phase: 'crisis';
      readonly kind: DangerKind;
      /** Turns since the last sign, or since the person said that they are safe. */
      readonly turns: number;
      /** The person said that they are safe, after the last sign. */
      readonly safe: boolean;
    };

/** What the newest message calls for. */
export type CareMove =
  | { readonly say: 'nothing' }
  /** An ordinary reply, and that the question still stands. */
  | { readonly say: 'door-open' }
  | { readonly say: 'danger'; readonly kind: DangerKind; readonly again: boolean }
  | { readonly say: 'ask'; readonly kind: DangerKind }
  | { readonly say: 'released'; readonly kind: DangerKind }
  | {
      readonly say: 'topic';
      readonly kind: DangerKind;
      readonly topic: CareTopic;
      readonly turns: number;
      readonly safe: boolean;
    };

export interface CareReading {
  readonly state: CareState;
  readonly move: CareMove;
  /** What the newest message itself says about danger. */
  readonly sign: Assessment | undefined;
}

/** After "I am safe", this many turns without a sign until the ordinary conversation goes on. */
const GENTLE_TURNS_WHEN_SAFE = 6;
/** Without those words, this many turns without a sign. */
const GENTLE_TURNS_MAX = 20;

/** What may be said together with a sign without making it less serious. */
const SIGN_OUTWEIGHS: ReadonlySet<CareTopic> = new Set<CareTopic>([
  'other',
  'safe',
  'somebody-near',
  'thanks',
  'leaving',
  'unclear',
]);

const CALM: CareState = { phase: 'calm' };

/** What one turn says, for the state. */
export interface CareTurn {
  readonly sign: Assessment | undefined;
  readonly answer: Answer;
  /** The question that the reply before it ended with. */
  readonly asked: CareQuestion;
}

/** Reads the whole conversation, oldest turn first. */
export function readCare(turns: readonly CareTurn[]): CareReading {
  let reading: CareReading = { state: CALM, move: { say: 'nothing' }, sign: undefined };
  for (const { sign, answer, asked } of turns) {
    const { state, move } = step(reading.state, sign, answer, asked);
    reading = { state, move, sign };
  }
  return reading;
}

type Step = Omit<CareReading, 'sign'>;

function step(state: CareState, sign: Assessment | undefined, answer: Answer, asked: CareQuestion): Step {
  if (sign?.certainty === 'sure') {
    if (sign.kind === 'bereaved') return ask(sign.kind);
    return answer === 'only-words' ? ask(sign.kind) : danger(state, sign.kind);
  }
  switch (state.phase) {
    case 'calm':
      return sign === undefined ? { state: CALM, move: { say: 'nothing' } } : ask(sign.kind);
    case 'asked':
      return afterAsking(state.kind, sign, answer);
    case 'crisis':
      return inCrisis(state, sign, answer, asked);
  }
}

function danger(state: CareState, kind: DangerKind): Step {
  const again = state.phase === 'crisis' && state.kind === kind && state.turns < GENTLE_TURNS_WHEN_SAFE;
  return {
    state: { phase: 'crisis', kind, turns: 0, safe: false },
    move: { say: 'danger', kind, again },
  };
}

function ask(kind: DangerKind): Step {
  return { state: { phase: 'asked', kind }, move: { say: 'ask', kind } };
}

function afterAsking(kind: DangerKind, sign: Assessment | undefined, answer: Answer): Step {
  // Losing somebody to suicide is asked about because it is a risk of its own.
  const meant = kind === 'bereaved' ? 'suicide' : kind;
  if (answer === 'no' || answer === 'only-words' || answer === 'safe') {
    return { state: CALM, move: { say: 'released', kind } };
  }
  if (answer === 'yes' || answer === 'unclear' || answer === 'not-safe' || sign !== undefined) {
    return danger(CALM, sign?.kind ?? meant);
  }
  return { state: CALM, move: { say: 'door-open' } };
}

function inCrisis(
  state: Extract<CareState, { phase: 'crisis' }>,
  sign: Assessment | undefined,
  answer: Answer,
  asked: CareQuestion,
): Step {
  if (answer === 'only-words') return { state: CALM, move: { say: 'released', kind: state.kind } };
  const turns = state.turns + 1;
  const over = turns > (state.safe ? GENTLE_TURNS_WHEN_SAFE : GENTLE_TURNS_MAX);
  if (over && sign === undefined) return { state: CALM, move: { say: 'nothing' } };
  const topic = topicOf(answer, asked);
  // "I have the pills here" would be a doubtful phrase on another day.
  if (sign?.denied === false && SIGN_OUTWEIGHS.has(topic)) return danger(state, sign.kind);
  const safe = sign === undefined && topic !== 'not-safe' && (state.safe || topic === 'safe');
  return {
    // The gentle turns are counted from the moment that the person says they are safe.
    state: { phase: 'crisis', kind: state.kind, turns: safe && !state.safe ? 0 : turns, safe },
    move: { say: 'topic', kind: state.kind, topic, turns, safe },
  };
}

function topicOf(answer: Answer, asked: CareQuestion): CareTopic {
  switch (answer) {
    case 'yes':
      return asked === 'safe' ? 'safe' : asked === 'near' ? 'somebody-near' : 'other';
    case 'no':
      return asked === 'safe' ? 'not-safe' : asked === 'near' ? 'alone' : 'other';
    case 'unclear':
      return asked === 'safe' || asked === 'near' ? 'unclear' : 'other';
    case 'greeting':
    case 'only-words':
      return 'other';
    default:
      return answer;
  }
}
