import type { CareReplies } from './care-replies.ts';

export const CARE_ENGLISH: CareReplies = {
  hear: {
    emergency: [
      'Thank you for saying it in time. This cannot wait.',
      "I'm glad you wrote that. It needs acting on now, not waiting to see what happens.",
    ],
    suicide: [
      "I'm so sorry you are going through something this hard. Thank you for putting it into words.",
      'I hear you, and I take what you say very seriously.',
      "That is an enormous weight. I'm glad it did not stay unsaid.",
    ],
    'self-harm': [
      'Thank you for telling me. I am not going to judge you.',
      'I hear you. It takes a lot of pain to get to that point.',
      'What you are telling me matters, and there is nothing to scold you for.',
    ],
    harmed: [
      "I'm so sorry this is happening to you. It is not your fault: nobody has the right to hurt you.",
      'I believe you, and what you describe is serious. Thank you for saying it.',
      'No one should have to live through that. It takes courage to tell it.',
    ],
    harming: [
      'Thank you for saying it before anything happens. That is already a way of protecting someone.',
      'I take this seriously. It is possible to feel a huge anger and still not hurt anybody.',
      "It's good that you write it down instead of carrying it inside.",
    ],
    'somebody-else': [
      "What a worry to carry. It's good that they have you looking out for them.",
      'Thank you for not looking away. What you describe should be taken seriously.',
      'That sounds very hard to hold, for you as well.',
    ],
    bereaved: [
      'I am so sorry. A loss like that leaves questions that hurt.',
      'What a terrible loss. I am truly sorry about that death.',
    ],
  },
  askSafe: {
    emergency: ['Can you call right now?', 'Are you calling already?'],
    suicide: [
      'Are you safe right now?',
      'At this moment, while you write to me, are you safe?',
      'Are you still safe?',
    ],
    'self-harm': [
      'Are you safe at this moment, with no wound that needs care?',
      'Right now, do you feel safe?',
      'And now, are you out of danger?',
    ],
    harmed: [
      'Are you safe now, away from the person who hurts you?',
      'At this moment, are you somewhere safe?',
      'Are you still in a place where they cannot hurt you?',
    ],
    harming: [
      'Are that person and you both safe right now?',
      'Is there some distance between the two of you at this moment?',
      'Right now, is everybody safe there?',
    ],
    'somebody-else': [
      'Are they safe at this moment?',
      'Do you know whether they are out of danger right now?',
      'Is there somebody with them now?',
    ],
    bereaved: ['And you, are you safe?', 'What about you, safe for now?'],
  },
  askThinking: {
    emergency: ['Have you taken something?', 'Has something happened that cannot wait?'],
    suicide: [
      'That sounds very heavy. I ask it plainly, because sometimes it is a way of speaking and sometimes ' +
        'it is not: are you thinking of dying?',
      'I want to understand what that means. Have you thought of ending your life?',
      "I don't want to pass over that. Do thoughts of dying come up?",
    ],
    'self-harm': [
      'I ask this carefully and without judging: are you hurting yourself?',
      'I want to understand. Do you feel an urge to hurt yourself?',
    ],
    harmed: [
      'It may only be a way of putting it, but I would rather ask: is somebody hurting you, or ' +
        'frightening you?',
      "I don't want to assume anything. Are you in any danger from someone?",
    ],
    harming: [
      'It may be the anger talking, and anger can be said here. But I ask in earnest: are you ' +
        'afraid you might really hurt someone?',
      'The anger makes sense. Do you think you could end up hurting somebody?',
    ],
    'somebody-else': [
      'Do you think they may be in danger?',
      'Are you worried that they might hurt themselves?',
    ],
    bereaved: [
      'After something like that, people sometimes think of leaving too. Is that happening to you?',
      'And you, have you been thinking of dying?',
    ],
  },
  askNear: [
    'Is there somebody close by who could come and be with you?',
    'Is there someone you could write to now, even if they are far away?',
    'Do you have anyone you trust within reach, even by message?',
  ],
  askOpen: [
    'What hurts most right now?',
    'What happened today that brought it to this point?',
    'Has anything, however small, made it a little easier at other times?',
    'How long have you been carrying this?',
    'What would you want somebody to understand about all this?',
    'How is this hour, compared with the worst one today?',
  ],
  askNearOther: [
    'Who could go and see them, or stay with them?',
    'Is there somebody around them whom you can alert now?',
    'Who else knows what is going on?',
  ],
  askOpenOther: [
    'What did they say or do that worries you most?',
    'When did you last hear from them?',
    'And you, how are you holding up with this?',
  ],
  pointTalk: [
    'If you are not, or not sure, please call your local emergency number now ({1}) and tell ' +
      'somebody near you. There are also people who listen on these lines: {2}.',
    'Here is who can help at once: your local emergency number ({1}), someone you trust close by, ' +
      'and these lines: {2}.',
  ],
  pointViolence: [
    'If there is danger, call your local emergency number now ({1}), or get to somebody nearby who ' +
      'can be with you. There are lines for exactly this, too: {2}.',
    'Who can help now: your local emergency number ({1}), a person you trust close by, and these ' +
      'lines: {2}.',
  ],
  pointHarming: [
    'If it feels as though it could happen, put distance between you, leave behind anything that ' +
      'could hurt someone, and call your local emergency number ({1}) or a person who can be with ' +
      'you. You can also talk here: {2}.',
    'So that nobody gets hurt: step away, your local emergency number ({1}), someone at your side, ' +
      'and these lines: {2}.',
  ],
  pointOther: [
    'If the danger is now, call your local emergency number ({1}), stay with them if you safely ' +
      'can, and bring in somebody close. These lines also guide the people around: {2}.',
    'You need not carry it by yourself: your local emergency number ({1}), family or someone you ' +
      'both trust, and these lines: {2}.',
  ],
  pointEmergency: [
    'Call your local emergency number now ({1}), even if you feel all right, and say what you took ' +
      'or what happened. If anyone is near, ask them to stay with you. Afterwards, these lines: {2}.',
    'First the local emergency number ({1}): now, before writing any more. Tell whoever is close, ' +
      'too. To talk later: {2}.',
  ],
  pointAgain: [
    'The lines I gave above are still there, and so is the emergency number. Someone with a voice ' +
      'can do more than I can.',
    "I hope you can dial one of those numbers now, or knock on somebody's door.",
    'I know I have said it, and I say it again because it matters: emergency services, or a person ' +
      'close by, now.',
  ],
  pointNow: ['(Emergency number: {1}.)', 'For emergencies: {1}.'],
  pointIfSo: [
    'If so, there is help right now: your local emergency number ({1}), someone you trust close ' +
      'by, and these lines: {2}.',
    "If the answer is yes, please don't stay alone with it: emergency services ({1}), a person " +
      'near you, or {2}.',
  ],
  stay: [
    "I'm still here. Tell me whatever you want, as slowly as you want.",
    'I am not going anywhere. Write whatever you need to.',
    'Here I stay, reading every word.',
  ],
  whatIAm: [
    "So that nothing is hidden: I am not a person or a therapist but Hilo's offline companion, " +
      "with no model behind it. I can't call anyone for you; I can listen.",
  ],
  released: [
    'Thank you for clearing that up. I would rather ask once too often than pass it by. Shall we ' +
      'go on? Tell me what was behind it.',
    "Understood, and I'm glad to know. If one day it is more than a way of speaking, say so " +
      'straight out. What would you like to talk about?',
  ],
  doorOpen: [
    'And if thoughts of dying or of hurting yourself ever turn up, you can tell me just like that.',
    "You don't have to answer what I asked before; if anything changes, it can be said here.",
  ],
  goodbyeSafe: [
    'Go gently, and let there be somebody close tonight. This door stays open.',
    'See you. Keep those numbers at hand in case it gets rough.',
  ],
  releasedBereaved: [
    'Thank you for telling me. What would you like to say about them?',
    "I'm relieved to know. Which memory of them comes first?",
  ],
  topics: {
    safe: [
      "That's a relief to read. Thank you for answering. If it changes, even suddenly, the numbers " +
        'above hold for then too.',
      "Good to know. It doesn't make what you feel any less real, and there is room for it here.",
      "All right. Let's go slowly, there is no hurry at all.",
    ],
    'not-safe': [
      'Thank you for being honest. Then company is what matters now: call emergency services, or ' +
        'go where there are people. If there is something near you that you could hurt yourself ' +
        'with, move away from it for now.',
      'I care that you have someone beside you through this. Please dial emergency services now, ' +
        'before you answer me, and get to a place where people can see you.',
      'The most urgent thing is not to go through this by yourself: a call, a door, a voice. The ' +
        'rest can wait.',
    ],
    unclear: [
      'Not knowing is an answer too. As long as it is not clear, better not to be by yourself, and ' +
        'to keep the emergency number at hand.',
      "It's fine not to have an answer. Just in case, let's take the safe side: let somebody know " +
        'how you are.',
    ],
    'no-call': [
      'I understand that calling is hard. Writing counts too: a "can you come over?" to someone is ' +
        'enough, there is nothing to explain.',
      'You don\'t need the right words, or to tell everything. "I\'m not okay and I need company" will do.',
      'There are other ways: the nearest emergency room, a neighbour, someone in the family. What ' +
        'matters is that you do not have to bear it by yourself.',
    ],
    'somebody-near': [
      "I'm glad there is someone. Tell them what you told me, in those words, and ask them to stay.",
      'Good. Let that person know how you really are, and not leave you by yourself for now.',
    ],
    alone: [
      'Feeling that there is nobody makes everything heavier. On those lines there are people ' +
        'for just that, and I am here reading.',
      'I wish there were someone beside you now. Even if no one comes to mind, the person who ' +
        'answers one of those lines is company too.',
      'Sometimes somebody distant, a neighbour, a colleague, answers better than one expects.',
    ],
    burden: [
      'When one hurts like this, it is easy to feel in the way. Asking for company is not ' +
        'bothering anyone.',
      'It is very hard to carry that guilt on top. You have nothing to apologise for here.',
      'Whoever loves you would probably rather know, even if it hurts to hear.',
    ],
    exhausted: [
      'I can hear how tired you are. Not everything has to be solved today; getting through this ' +
        'hour is enough.',
      "Holding out for so long wears anybody down. Let's stay with just what comes next.",
      'It hurts, and it hurts a lot. I am not going to tell you it is nothing.',
    ],
    ashamed: [
      'There is nothing to be ashamed of here. It is hard to tell, and you are already doing it.',
      'How hard it is to be treated like that from the inside. I do not see you with those eyes.',
    ],
    afraid: [
      'With what you describe, fear is understandable. Somebody beside you makes it easier to bear.',
      "It makes sense to be afraid at a moment like this. Let's take it one step at a time.",
    ],
    thanks: ['Thank you for going on writing.', "You're welcome. I am glad you are still here."],
    leaving: ['Before you go, just one thing.', 'One moment, please, before you close this.'],
    machine: [
      "I'm a program, the offline companion: there is nobody on this side. That is why I keep " +
        'asking for a real person to be with you.',
      'No, I am not a person. What is true is that what you write calls for someone with a voice ' +
        'and with arms.',
    ],
    'do-something': [
      'I cannot call or alert anyone: I am a program. Please dial the emergency number yourself, ' +
        'or ask whoever is closest to do it.',
      'The most useful thing now is a person: emergency services if there is danger, one of the ' +
        'lines if you need to talk, or someone you trust to whom you can say "stay with me".',
      'One step only, the smallest: send somebody a message that says "I\'m not okay".',
    ],
    secret: [
      "I can't promise secrecy: I'm a program, and whoever runs this server may keep what is " +
        'written here. I do not alert anybody on my own, and could not if I wanted to.',
      'That I cannot assure you. What should not happen is that it stays only between you and a ' +
        'program: someone you trust ought to know.',
    ],
    hostile: [
      "It makes sense to be annoyed: asking for help and finding a program. I don't take it badly.",
      'That may be; what I can do is little. What you are going through deserves someone better ' +
        'than me, and they are on those lines.',
    ],
    other: [
      'You say that {1}. It matters to me to know.',
      'I stay with that: {1}. Thank you for telling it.',
      "I'm still reading. Take whatever time you need.",
      'Thank you for going on. There is no right way to tell it.',
      'I understand it is not easy to explain. However it comes out is fine.',
      'It still matters that you do not carry this by yourself.',
      'Each thing you write helps to see it a little better.',
    ],
  },
  topicsOf: {
    emergency: {
      safe: [
        'Good. Stay on the line and do what they tell you; leave the door open if you can.',
        'That is it. Let them come, even if nothing shows inside yet.',
      ],
      'not-safe': [
        'Then let another person call: ask out loud for help, knock at any door, or go to an ' +
          'emergency room with someone. This needs a doctor now, even if you feel nothing yet.',
        'Please do not let it pass: a neighbour, somebody in the street, anyone at all can call for you.',
      ],
      other: [
        'I am still here, and what is urgent has not changed: this needs a doctor now.',
        'Everything else we can talk about afterwards. First, the call.',
      ],
    },
    harmed: {
      'not-safe': [
        'Then the first thing is to get out of there, if you can do it without more risk: somewhere ' +
          "with people, somebody's home, the street. Call emergency services as soon as you can; if you " +
          "can't speak, a short message to someone you trust works too.",
        'Being out of their reach comes first. Emergency services can come to you; give the address ' +
          'before anything else.',
      ],
    },
    harming: {
      'not-safe': [
        'Thank you for being honest. Leave now, even if only for a walk, and leave behind anything ' +
          'that could hurt someone. Emergency services are there for this too: so that it does not ' +
          'happen.',
        'Then distance first, and words afterwards. A call to emergency services now protects everybody.',
      ],
    },
    'somebody-else': {
      safe: [
        'What a relief. Better that they are not left by themselves for now, and that somebody else knows.',
        'Thank goodness. Even so, let them have those numbers close.',
      ],
      'not-safe': [
        'Then it is time to call emergency services and say where they are. It is not for you to ' +
          'solve by yourself.',
        'With that danger, emergency services first, even if they get angry. There will be time to ' +
          'explain later.',
      ],
      unclear: [
        'If nobody knows, better to check now: a call, a visit, someone who lives close. When in ' +
          'doubt, emergency services can go and look.',
        'Doubt is a reason to act as well: let someone go and see them today.',
      ],
      'do-something': [
        'Asking them straight out whether they think of dying does not put the idea there; it ' +
          'often brings relief. Listen without arguing, do not leave them alone, and look for help ' +
          'together.',
        'I cannot alert anyone, but you can: their family, whoever lives close, or emergency ' +
          'services if the risk is now.',
      ],
      alone: [
        'That is a lot to carry without help. The lines also speak with those who stand beside.',
        'It need not all hang on you; those lines guide the people around, too.',
      ],
    },
  },
};
