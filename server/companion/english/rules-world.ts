import type { Rule } from '../rule.ts';

const FAMILY = `(?:mom|mum|mother|dad|father|brother|sister|son|daughter|kids|children|parents|grandmother|
    grandfather|grandma|grandpa|aunt|uncle|cousin|mother in law|father in law|family|stepmother|
    stepfather|siblings|brothers|sisters)`;
const PARTNER = '(?:boyfriend|girlfriend|husband|wife|partner|ex|fianc[e]+|crush|spouse)';

/** Tried on each clause. 6: people; 5: themes; 4: thoughts and memories; 3: turns of speech. */
export const RULES_OF_WORLD_ENGLISH: readonly Rule[] = [
  {
    rank: 6,
    patterns: [`my (${FAMILY})(?: .*)?`],
    replies: [
      'What is it like between you and your {1}?',
      'Tell me something more about your {1}.',
      'When you think of your {1}, what appears first?',
      'What would you like your {1} to know?',
      'Is what goes on in your family recent, or does it come from far back?',
      'And you, what place do you have in all that?',
    ],
  },
  {
    rank: 6,
    patterns: [
      `my (${PARTNER})(?: .*)?`,
      `(?:i(?:'?m| am) in love|i (?:like|met) (?:a|this|someone|some) (?:guy|girl|boy|man|woman|one)?|
        my relationship|our relationship)(?: .*)?`,
    ],
    replies: [
      'What matters most in that relationship just now?',
      'What would you like to be different between you?',
      'Have the two of you been able to speak about it?',
      'Which part of this story have you not told yet?',
    ],
  },
  {
    rank: 6,
    patterns: [
      `(?:my|a|the) (?:best |old |close )?(?:friends?|colleagues?|co ?workers?|boss|manager|
        neighbou?rs?|teacher|professor|supervisor|roommate|flatmate|classmates?)(?: .*)?`,
    ],
    replies: [
      'What part does that person play in what you tell?',
      'How are you left after being with them?',
      'What do you think the other side sees?',
    ],
  },
  {
    rank: 5,
    patterns: [
      "i (?:just |really )*(?:can'?t|cannot|can not|couldn'?t) (?:seem to )?(.+)",
      "i(?:'?m| am) (?:not able|unable) to (.+)",
      'i struggle to (.+)',
      "it(?:'?s| is) (?:so |very |really )?hard (?:for me )?to (.+)",
    ],
    replies: [
      'What makes it so hard to {1}?',
      'Was there a time when it was easier to {1}?',
      'What if, for now, it did not have to work out?',
      'What would be a very small first step?',
    ],
  },
  {
    rank: 5,
    patterns: [
      'i (?:just |really |only )*(?:want|wish|would like|would love|need|hope|long) to (.+)',
      "i'?d (?:like|love) to (.+)",
      'i wish i could (.+)',
    ],
    replies: [
      'What would change in your life if you could {1}?',
      'What brings you closer to that, and what takes you further away?',
      'Since when have you wanted to {1}?',
      'What would the first day afterwards be like?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `i (?:really |just |always )*(?:have to|must|should|ought to|need to|gotta|got to|
        am supposed to|'?m supposed to) (.+)`,
    ],
    replies: [
      'Where does that "have to" come from?',
      'And what would happen if you did not {1}?',
      'Between what is due and what you want, how far is it?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:what (?:should|do|can|would) (?:i|you) (?:do|say|suggest|advise|recommend)|how (?:do|can|
        should) i (?:.+)|(?:give me|i need|any) (?:some )?advice|(?:can|could|will|
        would) you help(?: me)?|i need (?:your |some )?help|help me|please help)(?: .*)?`,
    ],
    replies: [
      'Advice I cannot give, but I can help you look at it. Which options have you thought of already?',
      'I am here. What is going on?',
      'What would you tell a friend who asked you the same thing?',
      "Let's take it in parts: what is most urgent, and what can wait?",
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:.* )?(?:(?:at|from|my|the|for|hate|about) (?:work|job|office)|working|my shift|overtime|
        my career)(?: .*)?`,
    ],
    replies: [
      'What weighs most about work these days?',
      'And how do you get home afterwards?',
      'What would make Mondays cost less?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:.* )?(?:exams?|studying|university|college|school|class(?:es)?|thesis|degree|grades|
        homework|finals)(?: .*)?`,
    ],
    replies: [
      'What is at stake for you in your studies?',
      'Do you do it for pleasure, out of duty, or for someone?',
      'How would you like this term to end?',
    ],
  },
  {
    rank: 5,
    patterns: ['(?:.* )?(?:money|debts?|rent|mortgage|bills|salary|afford|broke)(?: .*)?'],
    replies: [
      'Money squeezes from many sides. Which bill keeps you awake?',
      'Who else at home carries that worry?',
      'What would feel settled if it were paid?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:.* )?(?:my (?:head|stomach|chest|back|body) hurts|pain|sick|illness|ill|hospital|doctor|
        surgery|diagnos\\w+|cancer|pregnant|migraines?)(?: .*)?`,
    ],
    replies: [
      'On the medical side I cannot say anything; on how it is to live with, I do want to know. ' +
        'How are you holding up?',
      'What is the most uncertain thing in all of it?',
      'Who goes through this with you?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:.* )?(?:drink(?:ing)? (?:too much|a lot|every)|drunk|alcohol|weed|cocaine|drugs|addict(?:ed|
        ion)?|gambl\\w+|smok(?:e|ing)|relapsed?|hangover)(?: .*)?`,
    ],
    replies: [
      'What tends to happen just before?',
      'What does it give you, and what does it take?',
      'Does anyone you trust know?',
    ],
  },
  {
    rank: 4,
    patterns: [
      'i (?:still |often |always )?(?:remember|recall|think back to) (.+)',
      "i(?:'?ll| will) never forget (.+)",
      'when i was (?:a kid|a child|little|young|small|growing up)(?: (.+))?',
    ],
    replies: [
      'What does that memory bring today?',
      'Is there a smell or a sound in it?',
      'What would you tell the one you were then?',
    ],
  },
  {
    rank: 4,
    patterns: ['i (?:really |just |always )*(?:like|love|enjoy|adore) (.+)'],
    replies: [
      'What do you like most about {1}?',
      'When did you last treat yourself to that?',
      'Who do you share it with?',
    ],
  },
  {
    rank: 6,
    patterns: [
      `i (?:really |just |always )*(?:think|believe|feel|suppose|guess|feel like|imagine)(?: that|
        [ ]like)? ((?:i|my|he|she|it|they|we|the|people|everyone|nobody|life|this|that|
        there)(?:'[a-z]+)? .+)`,
    ],
    replies: [
      'What makes you think that {1}?',
      'And if it were not so, what would change?',
      'Since when have you seen it that way?',
      'Does anybody else see it like that?',
    ],
  },
  {
    rank: 4,
    patterns: ["i (?:don'?t|do not) (?:understand|know) (?:why |what |how |if |whether |who )?(.*)"],
    replies: [
      'Which part is clear, however small?',
      'What would you need to know in order to decide?',
      'One may not know for a while. What is pressing?',
    ],
  },
  {
    rank: 3,
    patterns: ['(?:always|never|everyone|everybody|nobody|no one|everything|nothing)(?: .*)?'],
    replies: [
      'Is there an exception, however small?',
      'When was the last time it happened?',
      'And was there a before, when it was different?',
    ],
  },
  {
    rank: 3,
    patterns: ['because (.+)'],
    replies: [
      'Is that the main reason, or is there another underneath?',
      'I see the reason. And what about the rest?',
      'What other explanation comes to mind?',
    ],
  },
  {
    rank: 3,
    patterns: ['why (.+)'],
    replies: [
      'That is a good question, and I do not have the answer. What do you suspect?',
      'What would change if you knew why?',
    ],
  },
  {
    rank: 3,
    patterns: ["i(?:'?m| am| have been|'?ve been) ([a-z]+ing(?: .+)?)"],
    replies: [
      'What is it like for you, {1}?',
      'And what would you like to come of it?',
      'Have you been at it for long?',
    ],
  },
];
