/**
 * What the benchmark of the offline companion measures, as a process: the time of a reply at several lengths
 * of a conversation, sent to the parent.
 */
import { createCompanion } from '../../server/companion/index.ts';
import type { Message } from '../../server/companion/index.ts';

const TURNS = [1, 20, 40] as const;
const WARM_UP_REPLIES = 500;
const REPLIES = Number(process.argv[2] ?? '2000');

/** What two people say, over and over: one in distress, one who talks about the day. */
const TALKS: Readonly<Record<string, readonly string[]>> = {
  distress: [
    'quiero morir',
    'no',
    'no tengo a nadie cerca, estoy solo en casa',
    'me siento muy cansado de todo esto',
    'mi madre no me escucha y mi padre tampoco',
    'no sé qué hacer',
    'tengo miedo de lo que pueda pasar esta noche',
    'gracias por escuchar',
  ],
  ordinary: [
    'hello, I had a long day at work and nobody listens to me',
    'my boss shouts at me in front of everyone',
    'I would like to go away for a while',
    'the sky is grey',
    'I think that my mother does not understand me',
    'tomorrow I have an exam and I have not studied',
    'my girlfriend left me last week',
    'why does this happen to me?',
  ],
};

const companion = createCompanion();
const results = Object.entries(TALKS).flatMap(([talk, said]) =>
  TURNS.map((turns) => ({ talk, turns, ...measure(conversation(said, turns)) })),
);
process.send?.(results);

function conversation(said: readonly string[], turns: number): Message[] {
  const messages: Message[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    if (turn > 0) messages.push({ role: 'assistant', content: companion.reply({ messages, locale: 'es' }) });
    const words = said[turn % said.length] ?? '';
    messages.push({ role: 'user', content: turn < said.length ? words : `${words} (${turn})` });
  }
  return messages;
}

function measure(messages: readonly Message[]): Record<'medianMs' | 'p90Ms' | 'anewMs' | 'wordsMs', number> {
  const times = Array.from({ length: WARM_UP_REPLIES + REPLIES }, () => timed(nextTurn(messages)));
  const kept = sorted(times.slice(WARM_UP_REPLIES));
  const anew = sorted(Array.from({ length: 200 }, () => timed(messages.map((message) => ({ ...message })))));
  const last = messages.at(-1)?.content ?? '';
  const words = sorted(Array.from({ length: WARM_UP_REPLIES + REPLIES }, () => timedWords(last)));
  return { medianMs: at(kept, 0.5), p90Ms: at(kept, 0.9), anewMs: at(anew, 0.5), wordsMs: at(words, 0.5) };
}

/** The least that anything must do that understands a message. */
function timedWords(text: string): number {
  const startedAt = performance.now();
  const words = text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  const ms = performance.now() - startedAt;
  if (words.length === 0) throw new Error('There are no words');
  return ms;
}

/** As a server holds it: the last turn and the new message have not been read yet, the others have. */
function nextTurn(messages: readonly Message[]): Message[] {
  return messages.map((message, index) => (index < messages.length - 3 ? message : { ...message }));
}

function timed(messages: readonly Message[]): number {
  const startedAt = performance.now();
  companion.reply({ messages, locale: 'es' });
  return performance.now() - startedAt;
}

function sorted(times: readonly number[]): number[] {
  return times.toSorted((one, other) => one - other);
}

function at(times: readonly number[], part: number): number {
  return times[Math.floor(times.length * part)] ?? Number.NaN;
}
