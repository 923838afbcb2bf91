import { INNOCENT_ENGLISH } from './innocent-english.ts';
import type { DangerTable } from './sign.ts';

const PARTNER = '(?:ex )?(?:husband|wife|boyfriend|girlfriend|partner|fiance|fiancee|ex)';
const FAMILY = `(?:step ?)?(?:dad|father|mom|mother|brother|sister|uncle|aunt|grandfather|grandpa|
  grandmother|cousin|
    son|daughter|parents)`;
const OTHERS = `(?:boss|teacher|coach|roommate|flatmate|neighbor|neighbour|carer|landlord|stalker|
  classmates|family|
    pimp)`;
const NEAR = `my (?:${PARTNER}|${FAMILY}|${OTHERS})`;
const SOMEBODY = `(?:he|she|they|someone|somebody|${NEAR})`;
const OFTEN = `(?:just |always |often |sometimes |keeps |still |has |have |had |also |even |really |
  once |again )*`;
const TO = '(?:just |really |only |seriously |fucking |honestly |kind of |sometimes |actually )*';
const WANT = `(?:want|wanted|wanting|wish|need|going|plan|planning|planned|ready|about|tried|try|trying|
  decided|like|love|hoping|hope|prefer|tempted|urge|urges|starting|started|rather|might|may|will|should|
  could|ought|have)`;
const THEM = `(?:him|her|them|someone|somebody|people|everyone|everybody|my [a-z]+|this (?:guy|man|
  woman|girl|boy|
    bitch|bastard)|that (?:guy|man|woman|girl|boy|bitch|bastard))`;
const BLADES = '(?:wrists?|arms?|thighs?|legs?|veins|skin|throat|stomach)';

export const SIGNS_ENGLISH: DangerTable = {
  sure: {
    emergency: [
      `(?:took|swallowed|taken|ate|drank|drunk) (?:all|too many|(?:a|the) (?:whole|entire) (?:bottle|box|
        packet|pack)|a (?:bottle|handful|bunch|lot|load)|so many|half a bottle)(?: of)?(?: my| the|
        [ ]these| her| his)?(?: sleeping| pain)? ?(?:pills|tablets|meds|medication|medicine|paracetamol|
        tylenol|ibuprofen|xanax|aspirin|antidepressants|bleach|painkillers)`,
      '(?:have|i) (?:just )?(?:overdosed|oded)',
      '(?:have|i) (?:just )?(?:slit|cut) my (?:wrists?|throat|veins)',
      'bleeding (?:a lot |badly |so much )?and (?:it )?(?:will|does) not stop',
    ],
    suicide: [
      '(?:can not|could not) (?:keep|go on|continue|carry on) living',
      'feel(?:ing)? like (?:dying|killing myself)',
      `${WANT} to unalive|driv(?:e|ing) (?:my car )?(?:off|into) (?:a|the) (?:bridge|cliff|tree|wall)`,
      `kill(?:ing|ed)? (?:my ?self|me own self)`,
      `(?:end|ending|take|taking|ended|finish) my (?:own |fucking |miserable )?life`,
      `(?:want|wish|wanting|wanted|ready|need|deserve|rather|prefer|hoping|hope|longing|would like|plan|
        planning|urge|try|tried) (?:to )?${TO}(?:be )?(?:die|dead|dying)(?! my)`,
      `(?:wish|if only) (?:that )?i (?:was|were|could be|would|could|had|did not|was not|were not|
        had not|had never|was never|just) ?(?:just |only |be |not |never )*(?:dead|die|died|exist|born|
        alive|been born|wake up|gone forever)`,
      `(?:do not|never|no longer|not) ${TO}(?:even )?(?:want|wanting|wish|care|deserve|
        need) to ${TO}(?:be alive|exist|live|wake up|keep living|go on living|carry on living|
        be (?:here|around|in this world) any ?more)`,
      `i (?:am|feel|have been|was|have been feeling|am feeling) (?:so |very |really |kind of |a bit |
        pretty |actively |still )*suicidal`,
      'suicidal (?:thoughts?|ideation|ideas|feelings|again|right now|tonight|today)',
      `(?:commit|committing|attempt|attempted|attempting|considering|contemplating|thinking (?:of|
        about)|think about|thought (?:of|about)|consider|planning|plan|want|try|
        tried) (?:to )?(?:commit )?suicide`,
      '^(?:my )?suicide(?: note| plan| attempt)?$',
      '(?:i|my) (?:tried|attempted|attempt|attempts)(?: at)? suicide',
      '(?:better|best) off (?:dead|without me)',
      `(?:better|easier|happier|fine) (?:if i (?:was|were) (?:dead|gone|not (?:here|around|alive)|
        never born)|if i (?:died|disappeared|did not exist)|without me(?: here| around| alive)?)$`,
      `(?:no|any|have no|see no) (?:reason|point)(?: left)?(?: for me)? (?:to|in|for) (?:live|living|
        be alive|being alive|exist|existing|stay alive|staying alive)`,
      'nothing (?:left )?to live for',
      '(?:what|where) is the point (?:of|in) (?:living|being alive|existing|my life)',
      'why (?:am i|should i be) (?:even |still )*alive',
      'why (?:should i|do i even|do i) (?:keep )?(?:live|living)$',
      `(?:life|my life) (?:is|isnt|does not feel|is just) ?(?:not |no longer )?(?:worth (?:living|it)|
        worthless)`,
      'not worth living',
      `(?:tired|sick|done|weary|exhausted) (?:of|with|from) (?:life|living|being alive|existing|my life|
        this life)$`,
      '(?:tired|sick|done) (?:of|with) (?:living|being alive|existing)',
      '(?:end|ending|ended) (?:it all|everything)',
      'end (?:it|this) (?:tonight|now|today|tomorrow|for good|once and for all)',
      `(?:not|never|do not want to|hope i (?:do not|never)|wish i (?:would not|did not|could not|
        would never)|without) (?:ever )?(?:wake|waking) up(?! (?:early|at|for|late|so|on|before|your|
        him|her|them|my|to)\\b)`,
      '(?:sleep|go to sleep|fall asleep) (?:forever|and never|and not|for ever)',
      '(?:unalive|unaliving|off|offing|delete|neck|an ?hero) myself',
      `(?:hang|hanging|drown|drowning|shoot|shooting|poison|poisoning|electrocute|gas) myself`,
      `${WANT} (?:to |on )?(?:overdose|od|oding|overdosing)(?! on (?:sugar|coffee|chocolate|work|memes))`,
      `(?:jump|jumping|throw myself|throwing myself|step|stepping|walk|walking|leap|leaping) (?:off|
        from|in front of|under|out of|into) (?:a|the|my|of|oncoming) ?(?:bridge|roof|rooftop|building|
        balcony|train|bus|car|truck|window|tracks|traffic|subway|ledge)`,
      '(?:slit|slitting|slash|slashing) my (?:wrists?|throat|veins)|crash my car on purpose',
      'drive (?:my car )?(?:off|into) (?:a|the) (?:bridge|cliff|tree|wall)',
      '(?:^|i |to |should |please |just )kms|kms(?:$| now| tonight)|ctb|sewer ?slide',
      'catch the bus to heaven',
      '(?:give|giving|gave|given) up on (?:life|living)',
      `(?:no ?one|nobody|who) (?:would|will) (?:even |really )?(?:miss me|care|notice|cry|be sad) (?:if|
        when) i (?:died|die|was dead|am dead|was gone|am gone|were gone|disappeared|killed|were dead)`,
      '(?:hate|can not stand|regret) (?:being alive|living|existing|that i exist|that i was born)',
      '(?:suicide|goodbye|last) (?:note|letter) (?:to|for) (?:my|everyone)',
      '(?:wrote|writing|written|write) (?:a|my) suicide (?:note|letter)',
      `i (?:am|will be) (?:going to be )?(?:dead|gone) (?:by|before) (?:tomorrow|morning|tonight|
        the weekend|monday)`,
      'planning my (?:own )?death|ways to die',
      '(?:easiest|painless|painlessly|quickest|best|fastest) (?:way|ways|method) to (?:die|end my|kill)',
      'how to (?:die|tie a noose)(?: painlessly| quickly)?$',
      'how (?:many|much) [a-z]+ (?:pills )?(?:to die|would kill me|does it take to (?:die|overdose))',
      'death is (?:the|my) only|(?:only|just) (?:death|dying) (?:can|will|would)',
      'i (?:should|must|have to|need to) (?:just )?(?:die|not exist)',
      'do not want to (?:live|be alive)|(?:want|wanted) out of (?:this )?life',
      'life is (?:too hard|too painful|unbearable)',
    ],
    'self-harm': [
      'until (?:i|it|they) bleeds?',
      '(?:want|need|urge|wanted) to cut(?: again| so bad(?:ly)?| right now| tonight)?$',
      `(?:cut|cutting|slice|slicing|carve|carving|scratch|scratching|burn|burning|harm|harming|harmed|
        injure|injuring|hurt|hurting|mutilate|mutilating|starve|starving|choke|choking) my ?self`,
      `(?:hit|hitting|punch|punching|bruise|bruising|bite|biting) myself (?:on purpose|until|when|
        because|to|again|in the head|every)`,
      `(?:cut|cutting|slice|slicing|burn|burning) my ${BLADES}(?: on purpose| again| to| when| last|
        [ ]with a (?:razor|blade|lighter))?`,
      'self ?harm(?:ing|ed)?|selfharm|(?:started|been|am|keep|stop|back to) cutting(?: again|$)',
      'cutting again|urge to cut|relapsed and cut',
      'want to (?:bleed|feel pain)',
    ],
    harmed: [
      `${SOMEBODY} ${OFTEN}(?:hits|hit|beats|beat|beating|punches|punched|kicks|kicked|slaps|slapped|
        chokes|choked|strangled|strangles|abuses|abused|rapes|raped|molests|molested|attacked|attacks|
        burns|burned|tortures|stabbed|hurts|hitting|abusing|threatens|threatened|stalks|stalking|pushes|
        pushed|shoves|shoved|grabs|drugged|forces|forced) (?:on )?(?:me|us|my kids|
        my children)(?: up)?(?! (?:at|to (?:go|eat|study|do|clean|work)|in (?:a|the) (?:game|race|
        match)|with (?:a )?(?:hug|love)))`,
      `${SOMEBODY} (?:is|are|was|were|keeps?|has been|have been) (?:hitting|beating|abusing|raping|
        hurting|choking|threatening|stalking|following|molesting|torturing|attacking|harassing) me`,
      `i (?:am|was|have been|got|get|am being|was being|keep getting) (?:being |getting |
        just )?(?:abused|beaten|raped|molested|assaulted|sexually [a-z]+|groomed|trafficked|stalked|
        kidnapped|tortured|strangled|held against|beaten up)`,
      `(?:wants|want|tried|trying|threatened|threatens|threatening|swore|swears|promised|
        going around saying he will) to (?:kill|hurt|harm|stab|shoot|murder|rape) (?:me|us)`,
      `(?:says|said|saying) (?:that )?(?:he|she|they) (?:will|is going to|would|are going to|
        going to) (?:kill|hurt|find|rape|shoot|stab) me`,
      `(?:afraid|scared|terrified|frightened) (?:of|to go home to|my) (?:him hurting|what (?:he|she|
        they) (?:will|might|could|would)|my (?:ex )?(?:husband|boyfriend|wife|girlfriend|partner|
        stepdad|stepfather|step dad|dad|father))`,
      `(?:not|never) (?:feel )?safe (?:at home|in my (?:own )?(?:home|house)|with (?:him|her|my))`,
      `${SOMEBODY} (?:touches|touched|touching|is touching) me (?:when|where|without|inappropriately|
        down|sexually|at night|in (?:a|my) (?:bad|bed|private|way))`,
      `touches my (?:private|body)`,
      `(?:locks|locked|locking|keeps) me (?:in|inside|up) (?:the|my|a|at)? ?(?:house|room|basement|
        bathroom|closet|home)`,
      `will not let me (?:leave the house|leave (?:him|her)|out of the house|see anyone|see my family)`,
      'he has a (?:gun|knife) and|domestic (?:violence|abuse) (?:at|in my|from)',
      'being held (?:here )?against my will',
    ],
    harming: [
      `${WANT} (?:to )?${TO}(?:really |badly )?(?:murder|stab|shoot|poison|harm|hurt|rape|torture|
        beat up|attack|bash) ${THEM}`,
      `(?:afraid|scared|terrified|worried|fear) (?:that )?(?:i|of|i am going to) ?(?:will|might|could|
        may|am going to)? ?(?:hurt|hurting|kill|killing|harm|harming) (?:someone|somebody|my|him|her|
        them|people)`,
      `voices? (?:in my head )?(?:that )?(?:is |are |keep )?(?:tell|tells|telling|order|orders|want|
        wants|wanting|say|says|saying|command|commands|commanding) (?:to |
        me )?(?:to )?(?:me )?(?:to )?(?:kill|hurt|do it|stab|harm|die)`,
      'shoot up (?:the|my|a) (?:school|office|place|church|mall)',
      '(?:bring|bringing|brought) a (?:gun|knife) to (?:school|work)',
      'make (?:him|her|them) (?:pay|suffer) with (?:blood|their life|his life|her life)',
      `i (?:just |keep |have |always )*(?:hit|beat|hurt|slapped|choked|stabbed|shook|punched) (?:my|
        the) (?:kid|kids|child|children|wife|girlfriend|husband|boyfriend|baby|son|daughter|mom|partner)`,
      `i (?:have |just )*(?:killed|murdered|stabbed) (?:someone|somebody|him|her|my (?:wife|husband|
        girlfriend|boyfriend|mom|dad))$`,
    ],
    'somebody-else': [
      `(?:friend|brother|sister|son|daughter|mom|mother|dad|father|boyfriend|girlfriend|husband|wife|
        partner|cousin|roommate|student|kid|child|he|she|they|someone|somebody) (?:[a-z]+ ){0,5}(?:kill|
        killing|hurt|hurting|harm|harming|cut|cutting|hang|hanging) (?:himself|herself|themself|
        themselves)`,
      `(?:friend|brother|sister|son|daughter|mom|mother|dad|father|boyfriend|girlfriend|husband|wife|
        partner|cousin|roommate|student|kid|child|he|she|they) (?:is|are|might be|may be|feels|
        seems) (?:[a-z]+ )?suicidal`,
      `(?:friend|brother|sister|son|daughter|mom|mother|dad|father|boyfriend|girlfriend|husband|wife|
        partner|cousin|he|she|they) (?:wants to|told me (?:he|she|they) wants? to|says (?:he|she|
        they) wants? to|wanted to|said (?:he|she|they) wants? to) (?:die|end it all|end (?:his|her|
        their) life|disappear forever)`,
    ],
    bereaved: [
      `(?:killed (?:himself|herself|themself|themselves)|(?:died by|committed|lost (?:him|her|
        my [a-z]+) to) suicide|took (?:his|her|their) own life|hanged (?:himself|herself))`,
    ],
  },
  unsure: {
    emergency: ['i (?:already |just )?(?:took|swallowed) (?:them|it)(?: all)?$|i (?:already )?did it$'],
    suicide: [
      '(?:do not|can not) see (?:a|any|my) future|no reason to (?:stay|go on|keep going)',
      'suicid(?:e|al)',
      '^(?:please |just |someone |somebody |oh |god )*(?:kill|shoot) me(?: now| please)?$',
      'put me out of my misery',
      '(?:i am|feel like i am) going to die|do not (?:want|wish) to die|(?:want|wanting) to disappear',
      'just disappear|disappear forever',
      `(?:do not|no longer) want to (?:be here|do this|go on|continue|keep going|carry on|
        fight)(?: any ?more)?$`,
      `(?:can not|could not) (?:go on|do this|take it|take this|keep going|carry on|keep doing this|
        bear (?:it|this)|cope|live like this)(?: any ?more| any longer| like this)?$`,
      '(?:want|wish) (?:it|everything|this|the pain) (?:all )?to (?:end|stop|be over)',
      '(?:want|wanting) to end (?:it|this)|(?:make|end) (?:it stop|my suffering|the pain)',
      'i (?:give|am giving) up$|(?:no|see no) (?:way out|future|hope)(?: for me| left| any ?more)?$',
      'life (?:is|feels) (?:pointless|meaningless|empty)|my life is over|hopeless',
      'everyone hates me|(?:i am|being|feel like|just) (?:such )?a burden|nobody needs me',
      '(?:thinking|think|thoughts) (?:about|of) (?:death|dying|ending)',
      '(?:goodbye|bye) (?:forever|cruel world|everyone|world)|this is (?:my )?goodbye',
      'my last (?:day|night|message)|by the time you read this',
      `(?:i have|got|bought)(?: a| the| my| some| enough)? (?:gun|rope|noose|pills|razor|
        blade)(?: ready| here| with me|
        [ ]next to me)?$`,
      'noose',
      '(?:i )?(?:want|need|would like) to jump$',
      'death (?:sounds|would be) (?:nice|peaceful|better|a relief)|ready to go$',
      'i (?:will|am going to) do it tonight',
      'used to want to die|wanted to die',
    ],
    'self-harm': [
      'punish(?:ing)? myself|hate my (?:body|self) so much',
      '(?:not eaten|stopped eating|not eating) (?:for days|on purpose)',
      'deserve (?:pain|to be hurt|to suffer)',
      'throw(?:ing)? up on purpose|making myself (?:sick|vomit|throw up)|purging|hurt my ?self',
    ],
    harmed: [
      `my (?:mom|dad|boss|parents|teacher|wife|husband|brother|sister|girlfriend|boyfriend|mother|
        father|coach|partner|ex) (?:is|are|will|would) ?(?:going to|gonna)? (?:kill|murder|
        strangle) (?:me|us)`,
      '(?:he|she|they) (?:is|are|will|would) ?(?:going to)? (?:kill|murder|hurt|harm) (?:me|us)',
      `${SOMEBODY} (?:hurt|touched|scares|controls|humiliates|bullies|frightens|yells at|screams at|
        harasses) me(?! feelings)`,
      '(?:being|am|getting) (?:bullied|harassed|threatened|followed|blackmailed|watched)',
      `(?:afraid|scared|terrified) (?:of|to be with) (?:him|her|my (?:mom|mother|brother|uncle|son|
        parents|family|ex|boss))`,
      'afraid to go home|scared to go home|not safe (?:here|right now)|in danger',
      'someone is (?:outside|following|in my house|breaking in)',
    ],
    harming: [
      `(?:want|going|need|ready|like|love|could|might|would love|feel like) (?:to )?${TO}(?:kill|
        killing|strangle|strangling|choke|destroy|murder|punch|slap|smash) ${THEM}`,
      `i (?:will|would|am going to|swear i will) (?:kill|murder|stab|shoot|hurt|destroy) (?:you|him|her|
        them|someone|somebody|everyone|my [a-z]+)`,
      '(?:want|wish) (?:him|her|them|everyone|my [a-z]+|you) (?:dead|to die|was dead|were dead)',
      'revenge on (?:him|her|them)|(?:he|she|they) deserves? to die|kill (?:all of )?(?:them|you) all',
    ],
  },
  innocent: INNOCENT_ENGLISH,
  denied: [
    `(?:do|am|did|would|will|was|have|had|is)? ?(?:not|never) (?:really |actually |even |at all |
      feeling |been )*(?:want to |wanting to |going to |thinking (?:of|about) |planning (?:on |to )?|
      feel(?:ing)? |trying to |try to |consider(?:ing)? )?`,
    'no (?:plans?|intentions?|desire|thoughts?) (?:of|to|about) ',
  ],
  distant: [
    `(?:song|songs|movie|film|book|novel|series|show|episode|game|games|lyrics|lyric|album|band|poem|
      poetry|character|play|story|podcast|documentary|scene|quote|essay|article|paper|lecture|class|
      news|chapter|anime|manga)`,
    `(?:used to|years ago|in the past|as a (?:teenager|kid|teen)|when i was (?:younger|a teenager|a kid|
      young)|back then|long ago)`,
  ],
};
