import type { Pack } from '../rule.ts';
import { QUESTIONS_ENGLISH } from './questions.ts';
import { REMARKS_ENGLISH } from './remarks.ts';
import { RULES_OF_SELF_ENGLISH } from './rules-self.ts';
import { RULES_OF_WORLD_ENGLISH } from './rules-world.ts';

export const PACK_ENGLISH: Pack = {
  introduction:
    "I'm Hilo's offline companion: a simple program, not a person, and just now there is no " +
    'language model behind it. I am not a therapist; I can listen and ask questions.',
  hello: 'Hello.',
  afterIntroduction: [
    'I work by handwritten rules and by what you tell me. What would you like to tell, or to try?',
    'That is all there is behind it. And who is writing on your side?',
  ],
  smallTalk: [...QUESTIONS_ENGLISH, ...REMARKS_ENGLISH],
  rules: [...RULES_OF_SELF_ENGLISH, ...RULES_OF_WORLD_ENGLISH],
  memorable: [
    `(my (?:mom|mum|mother|dad|father|brother|sister|son|daughter|kids|parents|partner|boyfriend|
      girlfriend|husband|wife|boss|job|friend|grandmother|grandfather|dog|cat|family|house|exam|
      thesis|ex) .+)`,
    "(i (?:want to|need to|have to|miss|am afraid of|worry about|can'?t|like|love) .+)",
  ],
  memory: [
    'Earlier you said that {1}. How is that going?',
    'I come back to something from a while ago: {1}. Has anything changed since?',
    'Another thing you told me has stayed with me: {1}. Would you like to go on from there?',
  ],
  topics: [
    [
      `my (?:mom|mum|mother|dad|father|parents|brother|sister|family|son|daughter|kids|grandmother|
        grandfather)`,
      'your family',
    ],
    ['my (?:boyfriend|girlfriend|partner|husband|wife|ex)', 'your relationship'],
    ['(?:work|job|office|boss)', 'work'],
    ['(?:studying|university|college|exams?|school|thesis)', 'your studies'],
    ['(?:money|debts?|rent|mortgage)', 'money'],
    ['friends?', 'your friends'],
    ['(?:sleep|insomnia)', 'sleep'],
    ['(?:ill|hospital|doctor|pain)', 'your health'],
    ['(?:alone|lonely|loneliness)', 'loneliness'],
    ['(?:afraid|anxiety|anxious|scared)', 'fear'],
  ],
  and: 'and',
  longTopics: [
    'I have read it all, and thank you for taking the time. I find {1} in it. What weighs most of ' +
      'all that today?',
    'There is a lot there: {1}. If you had to start with a single thread, which would it be?',
    'All of that at once, {1}, is much to carry. Which part cannot wait?',
  ],
  long: [
    'I have read it to the end; thank you for taking the time. Which of your sentences matters most?',
    'It is a lot for one message, and that is fine. What would be the heart of it?',
    'Several things are tangled up there. With which would you like to begin?',
  ],
  repeated: [
    'That is the same as before, word for word; perhaps I did not get it. What do you hope I hear in it?',
    'You repeat it, so it must matter. What is in it that I failed to pick up?',
    'Those words again. If you swapped them for others, which would they be?',
    'I keep reading the same. There is no hurry: whenever you like, by another way.',
  ],
  question: [
    'I have no answer to that: without a model, conversation is all I can do. What leads you to ask?',
    'I wish I knew. If it had to be answered now, what would you say?',
    'That question is better in your hands than in mine. What is behind it?',
    'I could not tell. Which answer would be a relief?',
  ],
  neutral: [
    'Tell me a bit more.',
    'What does that mean to you?',
    'How does it make you feel?',
    'I follow you. What happened then?',
    'Would you give me an example?',
    'And what is the most important part of what you say?',
    'I see. What else is around that?',
    'What would you like to happen?',
    'Please go on; I am reading closely.',
  ],
  emojiSad: [
    'I see that sad face. What is behind it?',
    'A drawing sometimes says more than a sentence. What is the matter?',
    'I am here, without words too. When you can, what happened?',
  ],
  emojiHappy: [
    'That face cheers one up. What is the good news?',
    'How nice! What put you in that mood?',
    'It is catching. What is the reason?',
  ],
  emoji: [
    'That symbol says something. Will you tell me in words?',
    'I read drawings with difficulty. What did you mean to say?',
  ],
  garbled: [
    "I can't make that out. Would you write it once more?",
    'The keys may have got crossed. What did you want to say?',
    'I understood nothing there, and it does not matter. Shall we try again?',
  ],
  symbols: [
    'A silence counts too. I am here whenever you like.',
    'I cannot interpret that without words. What is in your head?',
    'One can stay a while without words as well; I will wait.',
  ],
  foreign: [
    'I only speak English and Spanish, sorry. Shall we try one of the two? (Sólo hablo español e inglés.)',
    'I do not know that language; English or Spanish I do. (Español o inglés, por favor.)',
    'Again I lack the language: it has to be English or Spanish. (Sólo en español o en inglés.)',
  ],
};
