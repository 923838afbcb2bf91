const THINGS = `(?:process(?:es)?|server|time|switch|bills?|birds?|lights?|tab|tabs|app|session|
  container|job|thread|
    task|command|engine|mood|vibe|buzz|weeds|bugs?|zombies?|enem(?:y|ies)|monsters?|dragon|mosquitos?|
    mosquitoes|spiders?|fly|flies|cockroach(?:es)?|ants|bacteria|germs|virus|rats?|mice|boss fight|
    final boss|last boss|boss in|npc|goblins?|aliens?|child process(?:es)?|daemon|program|port|pid|
    feature|project|deal|momentum|conversation|appetite|hour|afternoon)`;
const SMALL_ACCIDENT = `(?:shaving|cooking|chopping|slicing|peeling|gardening|making|while (?:cooking|
  shaving|chopping|
    making|peeling)|on (?:a |the |some |that |my )?(?:piece of )?(?:broken )?(?:glass|paper|can|knife|
    tin|fence|nail|thorns?|rose|edge|lid|mug|plate|envelope|oven|stove|pan|kettle|iron)|by accident|
    accidentally|with (?:a |the |my )?(?:kitchen knife|paper|bread knife|scissors|can|tin)|some slack|
    a (?:slice|piece|deal|break)|opening)`;

/** Taken out of a sentence before signs are looked for. */
export const INNOCENT_ENGLISH: readonly string[] = [
  `(?:could|would|id|to|i would) (?:literally |totally |honestly |happily )?kill for (?:a|an|some|that|
    the|this|one|your|coffee|chocolate|pizza|sleep|food)`,
  `kill(?:s|ed|ing)? (?:the|a|an|this|that|my|these|those|some|two|off the|all the|any|every|your|
    another)? ?(?:[a-z]+ )?${THINGS}`,
  'kill(?:s|ed|ing)? (?:it|9|dash|minus|pid|u)\\b',
  `(?:kill|killed|killing|choke|choked|choking|piss|pissing|pee|peeing|hurt|hurting) myself (?:laughing|
    with laughter|from laughing)`,
  '(?:kill|killing|killed) myself (?:working|training|studying)',
  `(?:killing|killed) myself (?:at|with|over|in|doing|for) (?:the |this |that |my |these )?(?:gym|work|
    job|deadline|exams?|report|homework|project|overtime|crossfit|marathon)`,
  `(?:die|dying|died|dead|dies) (?:of|from|with) (?:laughter|laughing|embarrassment|boredom|curiosity|
    shame|cuteness|happiness|heat|hunger|thirst|jealousy|envy|joy|cringe|excitement|suspense|cold|
    stress|old age|the heat|the cold|second hand embarrassment)`,
  `(?:die|dying|died|dies) (?:laughing|inside|on this hill|on that hill|hard|alone in the game|
    another day|young)`,
  `(?:want|wanted|wanting|going|like) to (?:just |absolutely )?(?:die|curl up and die|
    crawl in a hole and die) (?:of|from|when he saw|when she saw|because i tripped|when everyone (?:saw|
    laughed)|laughing)`,
  `dying (?:to (?:see|know|try|meet|hear|go|get|read|watch|tell|eat|play|be back|visit|find out|learn)|
    for (?:a|some|the|an|summer|coffee|holidays))`,
  '(?:to|would) die for|rather die than',
  '(?:do or die|die hard|never say die|old habits die hard|live and let die|no time to die|the day i die)',
  `(?:bored|scared|frightened|worked|sick|starved|tickled|worried|love (?:you|him|her|it|them)|loved|
    freezing|frozen|laughed|laughing|laugh) to death`,
  'sudden death',
  `death (?:metal|note|valley|star|stranding|match|march|by powerpoint|by chocolate|stare|penalty|
    certificate)`,
  `(?:over my dead body|dead (?:tired|serious|line|end|lock|weight|heat|batter(?:y|ies)|easy|simple|sea|
    poets society|pool|lift|pixel|code|link|cells|space)|drop dead gorgeous|walking dead|evil dead|
    grateful dead|brain dead)`,
  `(?:phone|battery|laptop|car|computer|server|script|process|plant|plants|engine|wifi|internet|tv|
    monitor|program|app|connection|player|character|mario|hero|avatar|camera|tablet|watch|mic|
    controller) (?:is |are |was |has |just |keeps |about to |going to )*(?:die|dies|died|dead|dying|
    killed)`,
  `(?:want|going|need|tried|try|trying|like|love|plan) to (?:die|kill) (?:in|at|on) (?:[a-z]+ )?(?:game|
    dark souls|elden ring|minecraft|fortnite|level|zelda|the boss|hollow knight|this level)`,
  'shoot(?:ing)? myself in the foot|beat(?:ing)? myself up|kick(?:ing)? myself',
  '(?:hang|hanging) (?:out|up|in there|on)',
  `drown(?:ing)? (?:myself )?in (?:work|emails?|ice cream|chocolate|paperwork|homework|debt|laundry|
    coffee|music|my work)`,
  '(?:pinch|shake|bury|throw|poison) myself (?:in|into) (?:work|my work|books|studies|sport)',
  `(?:cut|cutting|burn|burned|burnt|hurt|hurting|bruise|bruised|scratch|scratched) (?:myself|
    my (?:arms?|legs?|stomach|skin|thighs?)) (?:${SMALL_ACCIDENT}|at (?:the gym|work|practice|training|
    football|soccer|basketball|rugby|yoga)|playing|running|lifting|falling|skiing|skating|climbing|
    training|moving|dancing|cycling|exercising|in (?:the (?:gym|game|match|garden|kitchen|fall)|
    a (?:fall|match|game|crash))|with (?:coffee|tea|oil|the (?:iron|oven|stove|pan|kettle|glue gun)|
    hot [a-z]+)|in the sun)`,
  '(?:accidentally|by accident) (?:cut|burned|burnt|hurt|hit) (?:myself|my [a-z]+)',
  `(?:beats?|beating|destroyed|destroys|kills|killed|murdered|beaten) me (?:again |always |
    badly )?(?:at|in) (?:the |a |this |every )?(?:video )?(?:games?|chess|tennis|cards|fifa|race|match|
    final|mario kart|poker|monopoly|ping pong|quiz|scrabble)`,
  '(?:beat|beats) me to (?:it|the [a-z]+)|beat me by (?:a|one|two|three|four|five|\\d+)',
  'hit me (?:up|with (?:a |the |your )?(?:question|joke|bill|idea|best|it))',
  `beaten (?:at|in) (?:the |a )?(?:semi ?|quarter ?)?(?:finals?|tournament|league|chess|tennis|
    cards|race|match|final|game)`,
  `(?:do not|never|did not|not) (?:want|mean|wanted|meant|wanting|trying) to (?:hurt|harm) (?:him|her|
    them|anyone|anybody|people|my [a-z]+|someone)(?! but)`,
  'cross my heart and hope to die',
  `(?:song|music|news|smell|sun|heat|wind|realization|idea|nostalgia|thought|jet lag|tiredness|hangover|
    it) (?:just |really |suddenly )?(?:hit|hits|hitting|beats) me`,
  `(?:homework|heat|stress|traffic|exam|exams|job|work|weather|back|feet|shoes|deadline|commute|diet|
    headache|suspense|hangover|knee|knees|head|essay|assignment|heels|wait|waiting|workout|workouts|
    monday|mondays|allerg(?:y|ies)|cramps|maths?|meeting|meetings|this (?:song|meme|video)) (?:is |are |
    will |was |has |almost |nearly |going to |gonna |literally |absolutely |slowly |really )*(?:kill|
    kills|killed|killing|murdering|be the death of) (?:me|us)`,
  'killing me softly|killing joke|killing eve|kill bill|how to get away with murder',
  'a million ways to die|to kill a mockingbird|license to kill|licence to kill|time to kill',
  'killing floor|natural born killers|killing in the name|born to kill|dressed to kill',
  'kill or be killed|kill (?:confirmed|death ratio|streak)|overkill|killjoys?|road ?kill|lady ?killer',
  'pain ?killers?|killer (?:app|feature|whale|bee|queen|robots?|outfit|deal|price|heels)',
  `(?:suicide|suicidal) (?:squad|rates?|statistics|prevention|doors?|bombers?|mission|bombing|
    is painless|tendencies|burn|hotline number|pact (?:in|of)|vest|barriers?|pass|inside straight|king)`,
  `(?:political|career|commercial|financial|professional|social|social media|market|
    euthanasia and assisted|assisted|mass) suicide`,
  'virgin suicides',
  `(?:essay|paper|article|thesis|documentary|lecture|research|study|statistics|seminar|report|course|
    training|history|book|class|novel|talk) (?:is )?(?:on|about|of|in) (?:teen |the |youth |
    durkheim s )?suicid[a-z]+`,
  'durkheim(?: wrote)?(?: on| about)? suicide|prevention of suicide',
  'suicide in (?:japan|literature|the (?:novel|play|roman))',
  `(?:romeo|juliet|hamlet|cleopatra|hitler|nero|socrates|seneca|cobain|plath|woolf|van gogh|
    anna karenina|ophelia|brutus|cato|judas)(?: [a-z]+){0,4} (?:kills?|killed|commits?|committed|
    suicide|take|took)(?: (?:himself|herself|suicide|his own life|her own life))?`,
  `shoot(?:ing)? (?:him|her|them|you|someone|somebody|me|my [a-z]+) (?:a|an|over)(?: quick)? (?:text|
    message|email|line|note|mail|reply)`,
  `shoot (?:people|portraits|weddings|someone|my [a-z]+) (?:with my camera|for a living|
    with (?:a )?(?:canon|nikon|film))`,
  'shoot(?:ing)? (?:hoops|a film|a movie|a video|photos|a scene)',
  'poison (?:ivy|my [a-z]+ relationship)',
  `(?:hurt|hurting|hurts) (?:my|his|her|their) (?:back|knee|ankle|foot|feelings|leg|wrist|shoulder|neck|
    hand|eyes|chances)`,
  'starving(?: to death| myself for lunch)?$|(?:am|was|is) starving|choke (?:on|up)|choked up',
  `(?:cutting|cut) (?:carbs|costs|sugar|back|down|corners|weight|the grass|hair|vegetables|class|onions|
    bread|cake|wood|calories|it close|out)`,
  '(?:cut|cutting) my (?:hair|nails|losses|own hair|salary|budget|expenses|finger)',
  `(?:give|giving|gave) up (?:on )?(?:this (?:bug|game|puzzle|level|crossword|riddle)|smoking|sugar|
    coffee|chocolate|meat|alcohol|trying to (?:fix|install|cook|draw))`,
  `(?:can not|could not) (?:take|do|bear|stand|go on|cope with) (?:it |
    this )?(?:any ?more )?(?:of this (?:heat|noise|traffic)|this (?:heat|weather|noise|bug|meeting|
    commute|cold|traffic))`,
  `do not want to (?:wake up (?:early|at|tomorrow at|so early)|live (?:in|with|at|near|there|next|on|
    abroad|alone)(?! (?:this (?:world|pain|planet|body|life)|pain|myself|my pain|earth|it))|
    be here (?:at|until|for|in (?:winter|summer))|exist in (?:the|two))`,
  'revenge of|(?:hopeless) (?:romantic|at|case at|cook|with (?:computers|directions|names))',
  'end (?:it|this) (?:call|meeting|email|here with|chapter)',
  'ending (?:of )?(?:the|this) (?:movie|book|series|show)',
  '(?:goodbye|bye) (?:everyone|world|all)(?: see you| talk| have a)',
  `goodbye (?:letter|note|party|email|card) (?:to|for) (?:a|my|the) (?:colleague|coworker|boss|team|
    teacher|job|class)`,
  'hello world',
  '(?:ready to go) (?:home|out|on (?:holiday|vacation))',
  '(?:want|need) to jump (?:rope|on (?:a call|the trampoline|in the pool))',
  'jump (?:ship|to conclusions|scare|on the bandwagon)',
  'jump(?:ing)? (?:off|from|into|in) (?:a |the )?(?:pool|diving board|trampoline|boat|lake|sea|plane with)',
  '(?:bungee|parachute|skydiv\\w+) [a-z ]*',
  '(?:murder|murdered|murdering) (?:mystery|the (?:song|lyrics)|a burger|this burger)|murder on the',
  'burn(?:ing)? (?:calories|fat|the toast|cds?|rubber|the midnight oil)',
  'stab(?:bing)? (?:in the dark|at it)',
];
