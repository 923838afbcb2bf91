import type { Rule } from '../rule.ts';

/** Remarks and short answers. Tried on the whole message, in this order, after the questions. */
export const REMARKS_ENGLISH: readonly Rule[] = [
  {
    rank: 0,
    patterns: [
      `^(?:.{0,25} )?(?:you(?:'?re| are)? (?:so |a |an |really |the |such |just |very |pretty |
        fucking )*(?:useless|stupid|idiot|dumb|moron|shit|garbage|trash|crap|boring|annoying|bad|
        worst|terrible|awful|pathetic|joke|repetitive|broken|suck|sucks|limited|lame)|shut up|
        fuck (?:you|off|this)|go to hell|screw you|piss off|asshole|bitch|idiot|moron|kys|i hate you|
        this (?:is|thing is) (?:useless|stupid|shit|crap|garbage|dumb|a joke)|this sucks|
        what a (?:joke|waste)|useless|stupid bot|bad bot)(?: .{0,40})?$`,
    ],
    replies: [
      'That may be: I am quite limited, and it can drive one mad. What were you hoping to find here?',
      "I don't take it badly. Is that anger at me, or does it come from before?",
      'I can hear the anger. If there is something behind it that wants out, it does no harm here.',
      "Fair enough, that didn't help. What would have been better for me to say?",
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,30} )?(?:you (?:don'?t|do not|didn'?t|never|can'?t) (?:even )?(?:understand|listen|
        get it|get me|answer|help|make sense|know)(?: .{0,25})?|(?:that|this|it)(?:'?s|
        [ ]is)? (?:not (?:what|an answer|helpful|it)|makes no sense|doesn'?t (?:make sense|help|
        answer))(?: .{0,30})?|that makes no sense|you make no sense|what (?:are you talking about|
        do you mean)|that'?s not what i (?:said|meant|asked))$`,
    ],
    replies: [
      'Very likely I did not understand; a great deal escapes me. Would you say it another way, in ' +
        'one short sentence?',
      'Sorry, I got lost there. What is the main thing you meant to say?',
      'You are right to complain: I only follow rules. What would the right question be?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,30} )?(?:stop (?:asking|repeating|with)(?: .{0,25})?|(?:you )?(?:only|just|always|
        keep) (?:ask|asking|repeat|repeating)(?: .{0,30})?|you(?:'?re| are) (?:just )?(?:repeating|
        asking)(?: .{0,30})?|(?:so many|too many|no more|enough) questions|you (?:already )?(?:said|
        asked) that(?: .{0,20})?|why do you (?:ask|repeat|keep)(?: .{0,30})?)$`,
    ],
    replies: [
      'Understood, no questions for a while. Write whatever you like and I will read.',
      'True, asking is nearly all I know how to do. Go on wherever you feel like.',
      'Right. I will hush a little: your word is worth more than my next question.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:(?:ha|he|hi|ho){2,}h?|a*ha(?:ha)+h?|lol+|lmao|rofl|xd+|hehe\\w*|that(?:'?s| is) (?:funny|
        hilarious))(?: .{0,20})?$`,
    ],
    replies: [
      'It is nice to hear a laugh. What was funny?',
      'Laughing is a way of saying something, too. What is behind it?',
      'Sounds like good spirits. Where do they come from today?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:i(?:'?m| am) )?(?:so |very |really )?sorry(?: .{0,25})?$|^(?:my apologies|my bad|
        i apologi[sz]e|excuse me|pardon)(?: .{0,20})?$`,
    ],
    replies: [
      'There is nothing to forgive. Please go on.',
      'No need: one bothers nobody here. Where were we?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:i (?:love|like|adore) you|you(?:'?re| are) (?:so |very |really )?(?:nice|great|sweet|kind|
        amazing|awesome|the best|cute|cool|wonderful|lovely|funny|smart)|(?:will|would) you (?:be my|
        marry)|marry me|be my friend|good bot)(?: .{0,25})?$`,
    ],
    replies: [
      "Thank you, that's kind. I am only a program and would not know how to return it; but I'm " +
        'glad if this does you good. What do you like about talking like this?',
      'The kindness is appreciated, even if a heap of rules receives it. Who else would you say it to?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:yes+|yeah+|yep|yup|sure|of course|exactly|right|correct|true|definitely|absolutely|indeed|
        i (?:think|guess|suppose) so|i do|i am|it is|it does|uh huh|mhm|totally|yes yes|yes i (?:do|
        am|did|have)|yes please)$`,
    ],
    replies: [
      'Tell me a little more about that.',
      'So it is a yes. And what else is there?',
      'Good. How does it feel that it is so?',
      'All right. What would be the most important thing about that yes?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:no+|nope|nah|not really|not at all|of course not|i don'?t think so|no way|nothing|
        nothing really|never|neither|no no|no i (?:don'?t|didn'?t|'?m not)|not yet|none)$`,
    ],
    replies: [
      "It's fine that it is not. How would you put it, then?",
      'No, then. What comes closer to what is going on?',
      'All right. Is there something else you would rather talk about?',
      'I see. What lies on the other side of that no?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:i (?:don'?t|dont|do not) (?:really )?know(?: what to say| really)?|idk|dunno|no idea|maybe|
        perhaps|possibly|it depends|sort of|kind of|more or less|not sure|i(?:'?m| am) not sure|
        sometimes|who knows|i have no idea|i guess|hard to say)$`,
    ],
    replies: [
      'There is no need to know. If you had to bet, which way would it go?',
      'It can stay in doubt for a while. Which part is the least blurred?',
      'Sometimes the answer comes while talking of something else. What have you done today?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:ok+|okay|k|alright|all right|fine|good|great|cool|nice|well|ah+|oh+|hm+|mm+|um+|uh+|i see|
        i understand|got it|interesting|wow|so|and|right|perfect|very well|continue|go on)$`,
    ],
    replies: [
      "I'm listening.",
      'No hurry. What comes now?',
      'Still here. What would you like to talk about?',
      'Is there something going round that you have not said yet?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:test(?:ing)?|hello world|ping|1 2 3|one two three|does this work|is this working|check|
        this is a test)(?: .{0,20})?$`,
    ],
    replies: [
      'It arrives perfectly. Whenever you want to go from the test to the real thing, here I am.',
      'Received, all in order. What would you like to try?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:i(?:'?m| am) )?(?:so )?bored(?: .{0,15})?$|^what (?:should|shall|can|do) we (?:talk about|
        do|discuss)$|^(?:give me|suggest|pick|choose) (?:a )?topic.*$|^(?:ask me (?:something|
        a question|anything)|i don'?t know what to (?:talk about|say|write)|surprise me|talk to me|
        say something|let'?s (?:talk|chat))$`,
    ],
    replies: [
      'Here goes: what small thing went well this week?',
      "Let's try this: whom would you like to call, and don't?",
      'Another door: what would you do tomorrow if the whole day were yours?',
      'For instance: what place do you miss?',
    ],
  },
];
