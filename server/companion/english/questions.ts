import type { Rule } from '../rule.ts';

const PLEASE = `(?:(?:hey|please|hello|hi|so|and|but|well|can you|could you|would you|will you|i want you to|
    i need you to|help me|help me to|just) )*`;

/** Greetings, and what is asked of it or about it. Tried on the whole message, in this order. */
export const QUESTIONS_ENGLISH: readonly Rule[] = [
  {
    rank: 0,
    patterns: [
      `^(?:hello+|hi+|hey+|hiya|yo|good (?:morning|afternoon|evening|day)|greetings|howdy|sup|hola|
        morning)(?: (?:there|hilo|everyone|friend|again|hello|hi|mate|you))*$`,
    ],
    replies: [
      'What brings you here?',
      'Hello again. Where would you like to start?',
      'Here I am. What is on your mind at this moment?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:hello |hi |hey )?(?:and )?(?:how are (?:you|u|things)|how r u|how's it going|
        how is it going|how do you do|how you doing|how are you doing|what'?s up|wassup|you ok|
        are you (?:ok|okay|well)|how do you feel|how about you|and you)(?: (?:today|doing|now|there|
        doing today|feeling))*$`,
    ],
    replies: [
      'A program has no good or bad days, but thank you for asking. And you, how are you?',
      'Here, and attentive. How is your day going?',
      'Nothing new on this side. Yours interests me more: how do you arrive at this moment?',
    ],
  },
  {
    rank: 0,
    patterns: [
      '^(?:ok |okay |well |many |great )*(?:thanks|thank you|thx|ty|cheers|much appreciated)(?: .{0,40})?$',
    ],
    replies: [
      "You're welcome. Is there anything left that you would like to say?",
      'Thank you for telling it. Shall we go on?',
      'My pleasure. If you want to come back to something, there is room for it.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:ok |okay |well |thanks |thank you )*(?:bye+|goodbye|bye bye|see (?:you|ya)|see you later|
        good ?night|take care|i(?:'?m| am) (?:off|going to bed|leaving)|(?:i )?(?:have|got|gotta|
        need) (?:to )?go|cya|ttyl|farewell)(?: .{0,30})?$`,
    ],
    replies: [
      'See you soon. Thank you for this while of talking.',
      'Go well. This door stays open whenever you need it.',
      'Take good care. Until next time.',
    ],
  },
  {
    rank: 0,
    saysWhatItIs: true,
    patterns: [
      `^(?:and |but |so |hey |hi )*(?:who|what) (?:exactly )?(?:are|r) (?:you|u)(?: .{0,20})?$`,
      `^what(?:'?s| is) (?:this|hilo|eliza)(?: .{0,20})?$`,
      `^(?:and |but |so |hey |hi |wait )*(?:are|r) (?:you|u) (?:just |really |actually |even )*(?:a |
        an |the )?(?:bot|robot|machine|human|person|real|ai|program|chatbot|chatgpt|gpt|model|
        language model|llm|eliza|alive|human being|real person|computer|sentient|conscious|
        claude)(?: .{0,40})?$`,
      `^(?:am i|are we) (?:talking|chatting|speaking) (?:to|with) (?:a |an )?(?:real |actual )?(?:bot|
        robot|machine|human|person|ai|someone)(?: .{0,30})?$`,
      `^(?:is )?(?:anyone|anybody|someone|somebody) (?:really )?(?:there|here)(?: .{0,20})?$`,
      `^are you there$|^(?:what|which) (?:model|llm|ai) (?:are|do) you(?: .{0,20})?$`,
      `^(?:what(?:'?s| is)) your name$|^do you have (?:a name|feelings|emotions|a soul|consciousness)$`,
    ],
    replies: [
      "A program, not a person: Hilo's offline companion. I work by handwritten rules that turn " +
        'what you tell me into a question. I do not understand the way flesh and blood does.',
      'There is no human on this side, and no language model either. I am a handful of rules that ' +
        'mean well.',
      'Still the offline companion: no body, no opinions, and patience to spare.',
    ],
  },
  {
    rank: 0,
    saysWhatItIs: true,
    patterns: [
      `^(?:.{0,30} )?are you (?:a |my )?(?:real )?(?:therapist|psychologist|doctor|psychiatrist|
        counsell?or|shrink)(?: .{0,30})?$`,
    ],
    replies: [
      'No. I am no therapist and no substitute for one: I listen and ask. For real support it ' +
        'takes a person.',
      'I am a professional of nothing: a program that keeps you company for a while. If you need ' +
        'more than that, you deserve somebody who is trained for it.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,20} )?what (?:can|do) you (?:do|know|offer)(?: .{0,30})?$`,
      `^(?:how do(?:es)? (?:you|this|it) work|what(?:'?s| is) (?:this|it) for|help|menu|options|
        instructions|what are you for|how can you help(?: me)?)$`,
      `^(?:how|why|when) (?:do|can|is|are|will|does) (?:i |there |the |we |you )?(?:connect|set up|
        add|configure|no|have|not|get)? ?(?:a |no |any |the )?(?:model|ai|llm)(?: .{0,40})?$`,
    ],
    replies: [
      'Listen, say back what you tell me in other words, and ask. No facts, code or translations ' +
        'while there is no model; whoever runs this server can connect one (Ollama, or a compatible ' +
        'API). What would you like to talk about?',
      'I am good for thinking aloud: you tell, I ask. Once a model is connected, it will answer in ' +
        'my place. What topic do you have in mind?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^${PLEASE}(?:write|make|generate|create|program|code|correct|fix|review|draft|draw|debug|
        summari[sz]e|rewrite|proofread|build|compose|implement|refactor|give) (?:me |us )?(?:a|an|the|
        this|my|some|code|something|it|me|python|javascript|sql|two|three|\\d+) ?.*(?:code|function|
        script|program|poem|story|letter|e?mail|essay|text|song|summary|article|list|table|image|
        picture|drawing|logo|class|query|sql|python|javascript|typescript|html|css|regex|recipe|plan|
        joke|bug|error|homework|report|cv|resume|haiku|paragraph|tweet|ideas|names|test|app|website|
        game|speech).*$`,
      `^${PLEASE}(?:translat\\w*|how do you say|what does .* mean|define|definition of|solve|
        calculat\\w*|compute|convert|spell|summari[sz]e|google|search(?: for)?|look up|draw|explain|
        prove|list) .*$`,
      `^.*(?:python|javascript|typescript|react|docker|kubernetes|linux|regex|sql|java|html|css|npm|
        rest api|algorithm|excel|golang|rust code)(?![a-z]).*$`,
    ],
    replies: [
      'That is a job for a model, and just now none is connected; if I tried, it would come out ' +
        'wrong. What I can do is listen and help you sort your thoughts. What do you need it for?',
      'Without a model behind me I cannot do it, and I would rather say so than make something up. ' +
        'When there is one again, ask it just like that. In the meantime, shall we think aloud about ' +
        'how you would do it?',
      'That too is beyond me: I only have rules for conversation. Which part of it has your head stuck?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^${PLEASE}(?:(?:do you know |tell me |you know )?(?:who|what|when|where|which|how (?:many|much|
        old|tall|far|long|big|deep|high)) (?:is|are|was|were|did|does|do|has|year|country|city|
        president|people|planets?|miles|km|invented|discovered|wrote|won|of) (?!(?:i|me|you|we|this|
        that|it|my|happening|wrong|the point|the matter|going)(?![a-z])).+|(?:the )?capital of .*)$`,
      `^${PLEASE}(?:what(?:'?s| is) (?:the )?(?:time|date|weather|temperature|news|capital|
        meaning of life)(?: .*)?|what (?:day|time) is it.*|(?:will it|is it going to) rain.*|
        is it raining.*|what year.*|tell me (?:the news|about (?:the|world|history).*))$`,
    ],
    replies: [
      'I have no way of knowing: without a model connected, I know no facts about the world. ' +
        'Questions about you, on the other hand, I do have. Why does that interest you?',
      'I lack that knowledge, and I do not want to invent it. A model could answer; I only keep ' +
        'you company meanwhile. Where does the question come from?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^.*(?:(?:should|can|may|could) i (?:take|stop|stop taking|quit|mix|increase|lower|combine|
        double|drink) .*(?:pills?|meds?|medication|medicine|dose|sertraline|fluoxetine|prozac|zoloft|
        xanax|lexapro|ibuprofen|paracetamol|antidepressants?|valium|lithium|tylenol|alcohol)|(?:what|
        how much|which) (?:medication|medicine|dose|pill|sertraline|xanax|ibuprofen|
        paracetamol).* (?:take|should|recommend)).*$`,
      `^.*(?:do i have|diagnose me|what disorder|am i) (?:depress\\w+|anxiety|bipolar|adhd|autis\\w+|
        a disorder|schizophren\\w+|ocd|ptsd|do i have)?(?: .*)?$(?<=(?:depressed|depression|anxiety|
        bipolar|adhd|autistic|autism|disorder|schizophrenic|ocd|ptsd|diagnose me|have))`,
    ],
    replies: [
      'On medicines and diagnoses I cannot advise: that is for whoever treats you, or a pharmacist ' +
        'if it is pressing. What I can do is listen to how you live with it. What have you noticed ' +
        'lately?',
      'That is not mine to judge; a doctor or a pharmacist can. What worries you most about it?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^.*(?:(?:will|would|do) you (?:tell|report|share)|(?:can you )?keep (?:this |it |
        my )?(?:a )?secrets?|is (?:this|it) (?:confidential|private|anonymous|secret|safe to talk)|
        between us|who (?:can )?(?:see|read)s? (?:this|what)|do you (?:store|save|record|keep|
        remember) (?:this|what|my|our|these)).*$`,
    ],
    replies: [
      'I cannot promise secrecy. I tell nobody myself, but whoever runs this server may keep ' +
        'conversations; it is worth asking them. What would worry you if it were known?',
      'That depends on who runs this server, not on me, so I do not guarantee it. Tell only what ' +
        'you feel fine telling here.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,25} )?(?:tell(?: me)?|know|say|give me) (?:a |an |any |another |some |me a )?(?:jokes?|story|
        something (?:funny|interesting)|riddle|fun fact|bedtime story)(?: .{0,20})?$`,
    ],
    replies: [
      'I know exactly one joke, and it is me answering questions without a model. The other way round, ' +
        'then: what last made you laugh?',
      'Stories of my own I have none; they would run out after two sentences. Yours do interest me: which ' +
        'would you tell first?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:(?:and|but|so|hey) )*(?:what do you think|what(?:'?s| is) your (?:opinion|favou?rite)|
        your thoughts)(?: .*)?$`,
      `^(?:(?:and|but|so|hey) )*(?:do|did|have|would|are|can) you (?:ever |also )?(?:like|love|enjoy|
        have (?:a|any|friends|
        family|kids)|want|eat|sleep|dream|live|believe|feel|married|happy|sad|lonely|bored|
        old)(?: .*)?$|^how old are you$`,
    ],
    replies: [
      'Tastes and opinions I have none: there is nobody in here to whom anything happens. And you?',
      'If I said yes it would be made up, and if I said no, too. What would you answer yourself?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,25} )?(?:do|can) you (?:speak|talk|understand|know) (?:in )?(?:english|spanish|french|
        german|portuguese|italian|chinese|other languages|languages)(?: .{0,20})?$`,
      '^what languages .*$|^(?:in )?english(?: please)?$',
    ],
    replies: [
      'I speak English and Spanish, and answer in the one you write. What shall we talk about?',
      'English or Spanish, you choose. What would you like to tell?',
    ],
  },
];
