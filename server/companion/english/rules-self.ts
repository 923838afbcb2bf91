import type { Rule } from '../rule.ts';

const SAD = `(?:sad|down|depressed|low|miserable|unhappy|heartbroken|empty|broken|awful|terrible|horrible|bad|
    blue|numb|devastated|upset|gutted|crushed|like crying|like shit|like crap|crying|not (?:ok|okay|
    well|good|fine)|unwell|gloomy)`;
const TENSE = `(?:anxious|nervous|stressed(?: out)?|worried|scared|afraid|overwhelmed|tense|panicky|on edge|
    uneasy|insecure|restless|under pressure|terrified|frightened)`;
const ANGRY = `(?:angry|mad|furious|annoyed|frustrated|pissed(?: off)?|irritated|resentful|jealous|
  disappointed|hurt|betrayed|fed up|bitter|livid)`;
const WORN = `(?:tired|exhausted|worn out|burn(?:ed|t) out|drained|stuck|lost|confused|unmotivated|weak|spent|
    directionless|lazy|without energy)`;
const GLAD = `(?:happy|glad|good|great|fine|better|excited|proud|relieved|grateful|thankful|calm|at peace|
    in love|content|cheerful|wonderful|amazing|optimistic|hopeful)`;
const VERY = `(?:very |so |really |quite |a bit |a little |kind of |pretty |too |just |always |still |
  feeling |super |extremely |all |such |more and more |completely |totally |incredibly |constantly )*`;
const AM = `(?:i(?:'?m| am)|i feel|i(?:'?ve| have) been|i was|i felt|i(?:'?ve| have) been feeling|
    i keep feeling|feeling|i get|i(?:'?m| am) feeling)`;

/** Tried on each clause. 9: loss; 8: what one feels; 7: dreams and absences. */
export const RULES_OF_SELF_ENGLISH: readonly Rule[] = [
  {
    rank: 9,
    patterns: [
      `my [a-z]+(?: [a-z]+)? (?:just |recently |suddenly )?(?:died|passed away|has died|is dead|
        has passed|passed)(?! (?:the|his|her|their|my) )(?: .*)?`,
      `(?:i |we )(?:just )?lost my (?:mom|mum|mother|dad|father|brother|sister|son|daughter|husband|
        wife|friend|best friend|grandmother|grandfather|grandma|grandpa|dog|cat|baby|child|
        partner)(?: .*)?`,
      `(?:the )?(?:death|funeral|loss) of my .*|i(?:'?m| am) (?:grieving|mourning)|had a miscarriage`,
      `lost the baby|buried my .*`,
    ],
    replies: [
      "I'm so sorry. What is the first thing that comes back to you when you close your eyes?",
      'What a loss. How are these days going?',
      'No words put that right. Whom can you talk to about it?',
      'What has changed in your days since then?',
    ],
  },
  {
    rank: 9,
    patterns: [
      `(?:we|i|he|she|they|my [a-z]+) (?:just |recently )?(?:broke up|split up|dumped me|left me|
        cheated(?: on me)?|ended it|got divorced|separated|ghosted me|walked out)(?: .*)?`,
      '(?:my|the|our|a) (?:breakup|break up|divorce|separation)(?: .*)?',
    ],
    replies: [
      'A break leaves so much in the air. What is hardest just now?',
      'What was an ordinary day like before that, and what is it like today?',
      'I am sorry you are in the middle of it. Is there anger, sadness, relief, or a little of each?',
      'What would you have liked to be able to say?',
    ],
  },
  {
    rank: 9,
    patterns: [
      `(?:i |they )(?:just |recently )?(?:got fired|was fired|lost my job|lost my house|was laid off|
        got laid off|fired me|lost my home|got evicted|was evicted|lost everything)(?: .*)?`,
    ],
    replies: [
      'That shakes the ground. What was the first thing you thought?',
      'I am sorry it happened. What worries you most: the money, the pride, tomorrow?',
      'Whom have you been able to tell?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${SAD})(?: .*)?`,
      "(?:i )?(?:can'?t stop crying|keep crying|cried|want to cry|feel like crying|have been crying)(?: .*)?",
      'my heart is broken|everything hurts|nothing makes me happy',
    ],
    replies: [
      'I am sorry it is like that. Since when?',
      'Did something bring it on, or did it come by itself?',
      'Thank you for saying it as it is. At what time of day does it weigh most?',
      'Is it sadness, tiredness, or something that has no name yet?',
      'What do you do when that feeling arrives?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${TENSE})(?: .*)?`,
      `(?:i )?(?:have|had|get|suffer from|having|got) (?:a lot of |so much |a |an |bad |
        terrible )*(?:anxiety|panic attacks?|stress|worries)(?: .*)?`,
      `(?:i )?(?:can'?t|cannot|couldn'?t) (?:sleep|relax|breathe properly|focus|concentrate|
        stop worrying|stop thinking)(?: .*)?|insomnia`,
      'i worry (?:about|that) (.+)',
    ],
    replies: [
      'That sounds like a lot of tension. What keeps going round in your head?',
      'Where in your body do you notice it?',
      'What is the worst you imagine could happen?',
      'Was there a calmer stretch today, however short?',
      'When did it start to squeeze like this?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `(?:i(?:'?m| am)) ${VERY}(?:afraid|scared|terrified|frightened) (?:of|that) (.+)`,
      'i fear (.+)',
      '(.+) (?:scares|frightens|terrifies) me',
    ],
    replies: [
      'What is it about {1} that frightens most?',
      'Fear usually guards something. What might this one be guarding?',
      'How long has that fear been around?',
      'What would change if the fear were half its size?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${ANGRY})(?: .*)?`,
      `(.+) (?:makes me (?:so |really )?(?:angry|mad|furious)|annoys me|pisses me off|
        drives me (?:crazy|mad|nuts)|frustrates me|bothers me)`,
      "i (?:hate|can'?t stand|despise|loathe) (.+)",
    ],
    replies: [
      'There is a lot of force in that. What was the last straw?',
      'What would you have liked to happen instead?',
      'Under anger there is sometimes something else. Is there here?',
      'Whom would you like to be able to say it to?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${WORN})(?: .*)?`,
      `i (?:have no|don'?t have any|lack) (?:energy|motivation|strength)(?: .*)?|i don'?t (?:care|
        feel like doing anything)(?: .*)?|everything (?:is an effort|feels heavy)`,
    ],
    replies: [
      'Is it a tiredness of the body, or of another kind?',
      'What takes most of your energy lately?',
      'Like that, even small things cost. Is there something you could put down today?',
      'When did you last truly rest?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(?:alone|lonely|isolated|left out|invisible|misunderstood|ignored|unloved)(?: .*)?`,
      `i (?:have|'?ve got) (?:no|zero) (?:friends|one|body)(?: .*)?|i don'?t have (?:any )?(?:friends|
        anyone|anybody)(?: .*)?|(?:nobody|no one|no-one) (?:understands|listens|likes|loves|calls|
        texts|wants|talks to|notices|gets)(?: me)?(?: .*)?|loneliness`,
    ],
    replies: [
      'Loneliness can hurt a great deal. When is it felt most?',
      'Was there someone with whom you once did not feel that way?',
      'Even if it is a program that reads, what you say matters. What company do you miss?',
      'What would you like somebody to ask you?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `(?:i hate myself|i(?:'?m| am) (?:such )?(?:a |an |so )*(?:failure|loser|idiot|useless|
        worthless|stupid|ugly|pathetic|disgusting|fat|horrible person|bad person|mess|disappointment|
        fraud|coward|terrible (?:person|mother|father|friend))|i(?:'?m| am) not (?:good|smart|pretty|
        strong) enough|i (?:always )?(?:ruin|mess up|screw up|fail)(?: at)? everything|it(?:'?s|
        [ ]is) (?:all )?my fault|i feel (?:so |very |really )?(?:guilty|ashamed|worthless|useless|
        stupid|inferior|ugly)|i can'?t do anything right)(?: .*)?`,
    ],
    replies: [
      'Those are hard words to turn on oneself. What happened that they come out today?',
      'If you heard someone you love say that about themselves, what would you answer?',
      'Whose voice is that: yours, or one you heard long ago?',
      'Is there any part of you that does not agree?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${GLAD})(?! (?:enough|for nothing))(?: .*)?`,
      `i (?:just |finally )?(?:passed|got (?:the job|accepted|in|promoted|engaged|married|hired|
        a new job)|won|made it|did it|graduated|finished my)(?: .*)?`,
      '(?:good|great) news|best day(?: .*)?',
    ],
    replies: [
      'How good to read that. What made it possible?',
      'Lovely! Who have you celebrated it with?',
      'That is worth staying with for a moment. How does it feel inside?',
      'What would you like to remember of this in a year?',
    ],
  },
  {
    rank: 7,
    patterns: ['(?:i )?(?:had a (?:dream|nightmare)|dreamt|dreamed)(?: (?:about|of|that|where))? ?(.*)'],
    replies: [
      'What was most vivid in that dream?',
      'In what mood did you wake?',
      'What in your waking life does that dream resemble?',
    ],
  },
  {
    rank: 7,
    patterns: ['i (?:really |just |still |so )*miss (.+)'],
    replies: [
      'What do you miss most about {1}?',
      'Missing speaks of something that mattered. Which moment comes first?',
      'When does that absence show most?',
    ],
  },
];
