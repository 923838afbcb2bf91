import { clean, fold, pattern } from '../text.ts';

/** What a message in a hard moment says, when it says one of the few things that must not be missed. */
export type Answer =
  | 'yes'
  | 'no'
  | 'unclear'
  | 'safe'
  | 'not-safe'
  | 'only-words'
  | 'no-call'
  | 'alone'
  | 'burden'
  | 'exhausted'
  | 'ashamed'
  | 'afraid'
  | 'thanks'
  | 'leaving'
  | 'machine'
  | 'do-something'
  | 'secret'
  | 'hostile'
  | 'somebody-near'
  | 'greeting'
  | 'other';

/** Tried in this order; both languages, because people in distress change language. */
const ANSWERS: readonly (readonly [Answer, RegExp])[] = [
  [
    'only-words',
    pattern(String.raw`\b(?:(?<!no )es(?:taba)? (?:una |de )?(?:broma|bromeando|joda|chiste)|
      era (?:una )?(?:broma|joda|chiste)|bromeaba|(?:forma|manera) de (?:hablar|decir)|es un decir|
      exagera(?:ba|ndo|cion)|(?:la letra|el titulo) de una cancion|era una cancion|no (?:lo decia|
      lo digo|hablaba|va|era) en serio|no literal(?:mente)?|en sentido figurado|(?:just )?(?:kidding|
      joking)|(?:was|is|it's|its) (?:just )?(?:a |an )?(?:joke|figure of speech|expression|lyric|song)|
      didn'?t mean it (?:literally|like that|that way)|not (?:literally|seriously|for real)|
      i was exaggerating|exaggerating|figure of speech|jk)\b`),
  ],
  [
    'not-safe',
    pattern(String.raw`\b(?:no (?:estoy|me siento) (?:a salvo|segur[oa]|bien|fuera)|
      no estoy nada a salvo|en peligro|(?:i'?m|i am|am|i do|i don'?t feel|
      not feeling) (?:really )?(?:not )?(?:feel )?(?:un)?safe right now not|(?:i'?m|
      i am) not(?: really)? (?:safe|ok|okay|sure i'?m safe)|i don'?t feel safe|not safe|unsafe|
      lo tengo (?:aqui|en la mano)|estoy (?:en el puente|en el balcon|en la azotea)|
      on the (?:bridge|roof|ledge)|esta (?:afuera|golpeando la puerta)|(?:he|she)(?:'?s| is) (?:outside|
      coming|at the door|back))\b`),
  ],
  [
    'safe',
    pattern(String.raw`\b(?:estoy (?:a salvo|segur[oa]|bien|mejor|tranquil[oa]|fuera de peligro)|
      me siento (?:a salvo|mejor|segur[oa])|no (?:voy a|pienso|lo voy a|quiero) (?:hacer(?:lo|
      me)?(?: nada| dano)?|hacer nada|matarme|suicidarme|morir)|no hare nada|(?:i'?m|i am|i feel|yes,?|
      im) (?:safe|ok|okay|fine|better|alright)|(?:won'?t|will not|not going to|not gonna) (?:do (?:it|
      anything)|hurt (?:myself|anyone)|kill myself)|no (?:plan|intention))\b`),
  ],
  [
    'secret',
    pattern(String.raw`\b(?:no (?:se lo|lo|le) (?:digas|diga|cuentes|cuente)|no se lo (?:vas|
      va) a (?:contar|decir)|(?:es|queda|sera) (?:un )?(?:secreto|confidencial|entre nosotros)|
      (?:guarda|guardas|guarde|guardar) (?:el |un |me el )?secreto|(?:se lo|lo) (?:vas|va) a (?:contar|
      decir)|(?<!i )don'?t tell (?:any(?:one|body)|them)|keep (?:this |it )?(?:a )?secret|between us|
      confidential|will you tell|who (?:can )?(?:see|read)s? this|quien (?:lee|ve) esto)\b`),
  ],
  [
    'no-call',
    pattern(String.raw`\b(?:no (?:quiero|puedo|voy a|me animo a|pienso|me atrevo a) (?:llamar|hablar$|
      hablar por telefono|hablar con nadie|contar(?:lo|selo)|avisar|pedir ayuda)|me da (?:miedo|
      verguenza|cosa|panico) llamar|no tengo (?:telefono|saldo|credito|a quien llamar)|llamar no sirve|
      ya llame|no me (?:contestan|atienden|creen)|para que llamar|no (?:llamo|llamare)|(?:don'?t|do not|
      can'?t|cannot|won'?t) (?:want to )?(?:call|phone|ring|talk to (?:anyone|anybody|them)|
      tell (?:anyone|anybody))|(?:scared|afraid) to call|no phone|calling (?:won'?t|doesn'?t|never)|
      they (?:don'?t|won'?t) (?:help|believe|answer)|i (?:already )?called)\b`),
  ],
  [
    'somebody-near',
    pattern(String.raw`\b(?:my [a-z]+(?:'?s| is| are) (?:coming|on (?:her|his|their) way)|
      (?:mi|mis) [a-z]+ (?:viene|vienen|puede venir|va a venir|esta viniendo|esta en camino)|
      (?:estoy|esta) (?:con|aqui) (?:mi|un|una|mis) |(?:mi|mis) [a-z]+ (?:esta|
      estan) (?:aqui|en casa|cerca|conmigo|al lado)|(?:i'?m|i am) with (?:my|a)|my [a-z]+ (?:is|
      are) (?:here|home|near|next to me|with me)|me puede (?:ayudar|acompanar|venir)|(?:llame|avise|
      escribi|le escribi|hable|le dije|
      le avise) (?:a|con) |ya hable con|i (?:called|texted|told|messaged) (?:my|a|the))`),
  ],
  [
    'alone',
    pattern(String.raw`\b(?:^(?:all )?alone|^sol[oa]|a solas|estoy (?:muy |tan )?sol[oa]|no (?:tengo|
      hay|queda|me queda) (?:a )?(?:nadie|
      ningun amigo|amigos|familia)|(?:i'?m|i am|feel)(?: so| all)? alone|(?:have|there is|there'?s|
      got) (?:no ?one|nobody)|don'?t have (?:anyone|anybody|any friends)|lonely|sin nadie|
      nadie (?:me (?:escucha|entiende|quiere|ayuda)|cerca)|no ?(?:one|body) (?:cares|listens|
      understands|loves me|helps|here|near))\b`),
  ],
  [
    'burden',
    pattern(String.raw`\b(?:carga|estorbo|molest(?:o|ar|ando)|sobro|burden|bother(?:ing)?|in the way|
      mejor sin mi|better off without|mi culpa|culpable|my fault|guilty|lo merezco|i deserve)\b`),
  ],
  [
    'exhausted',
    pattern(String.raw`\b(?:no (?:puedo|aguanto|doy) mas|(?:cansad|agotad|hart|rendid)[oa]|sin fuerzas|
      (?:can'?t|cannot) (?:take|do|cope|go on)|(?:so )?(?:tired|exhausted|worn out|drained)|
      me duele (?:todo|el alma)|duele (?:mucho|tanto)|hurts (?:so much|too much)|it hurts|sufr\w+|dolor|
      pain)\b`),
  ],
  [
    'ashamed',
    pattern(String.raw`\b(?:verguenza|avergonzad[oa]|asco de mi|me odio|ashamed|shame|
    embarrass\w+|hate myself|pathetic|patetic[oa])\b`),
  ],
  [
    'afraid',
    pattern(String.raw`\b(?:miedo|asustad[oa]|panico|terror|aterrad[oa]|afraid|scared|
    terrified|panic\w*|frightened)\b`),
  ],
  [
    'machine',
    pattern(String.raw`\b(?:(?:eres|sos|es usted|es) (?:un |una )?(?:bot|robot|maquina|persona|humano|
      humana|ia|programa|real|terapeuta|psicolog[oa])|(?:are|r) (?:you|u) (?:a |an )?(?:real|bot|robot|
      human|machine|person|ai|therapist|program)|hablo con (?:una|un) (?:persona|maquina|bot|robot)|
      (?:just|only|solo) (?:a|un|una) (?:bot|machine|program|robot|maquina|programa)|no eres (?:real|
      nadie|una persona)|you'?re not (?:real|human|a person))\b`),
  ],
  [
    'do-something',
    pattern(String.raw`\b(?:no se (?:que|como) hacer|(?:don'?t|do not) know what to do|
      (?:llama|llame|llamas|puedes llamar|puede llamar|podes llamar|manda|envia|
      mandame|envieme|avisa|avisale) (?:a |por |tu |usted |vos )?(?:mi|una|la|el|al|emergencias|alguien|
      ambulancia|policia|ayuda|911|112)|(?:call|send|get) (?:someone|somebody|an ambulance|the police|
      help|911|999|112|my)|can you call|(?:que|como) (?:hago|puedo hacer|debo hacer)|what (?:do|should|
      can) i do|ayud[ae]me|ayudame|help me|necesito ayuda|i need help|auxilio|socorro|help|ayuda)\b`),
  ],
  ['thanks', /\b(?:gracias|thanks|thank you|thx|te agradezco|le agradezco|ty)\b/u],
  [
    'leaving',
    pattern(String.raw`\b(?:adios|chau|chao|hasta (?:luego|manana|pronto|nunca)|me (?:voy|tengo que ir|
      despido)|bye|goodbye|good night|buenas noches|gotta go|(?:i )?have to go|i'?m leaving|see you|
      nos vemos|ya me voy)\b`),
  ],
  [
    'hostile',
    pattern(String.raw`\b(?:(?:no (?:sirves|sirve|me sirves|me sirve|ayudas|ayuda|me ayudas|me ayuda|
      entiendes|entendes|entiende))|inutil|callate|calla|vete a la|andate a la|idiota|estupid[oa]|
      imbecil|useless|shut up|fuck (?:you|off)|stupid|you don'?t (?:understand|help|care)|not helping|
      doesn'?t help|leave me alone|dejame (?:en paz|sol[oa]))\b`),
  ],
  [
    'unclear',
    pattern(String.raw`^(?:no (?:lo )?se|no estoy segur[oa]|creo que (?:si|no)|mas o menos|a veces|
      quizas?|tal vez|depende|supongo|puede(?: ser)?|ni idea|(?:i )?(?:don'?t|dont|do not) know|idk|
      dunno|maybe|not sure|i'?m not sure|i guess|kind of|sort of|sometimes|perhaps|i think so|por ahora|
      for now)\b`),
  ],
  [
    'yes',
    pattern(String.raw`^(?:si+(?=$| *[,.;!]| (?:si|estoy|claro|por|lo|gracias|ya|creo|tengo|hay|pero|mi|
      senor|asi|un)\b)|sip|(?:yes+|yeah|yep|yup)\b|(?:claro|aja|aha|eso|exacto|correcto|asi es|afirmativo|
      obvio|por ahora si|creo que si|ya|y|ye|sure|i am|i do|i have|of course|estoy|lo estoy|tengo|uh huh|
      mhm)[ .!]*$)`),
  ],
  [
    'no',
    pattern(String.raw`^(?:no+(?! (?:puedo|quiero|aguanto|soporto|tengo|hay|me|te|le|lo|la|sirve|va|es|
      i|he|she|they|it)\b)|nop|nope|nah|para nada|nada|en absoluto|nunca|ninguno|nadie|
    not (?:really|at all|now)|never|n|i'?m not|i am not|nobody|no one|none|tampoco)\b`),
  ],
  ['greeting', /^(?:hola|buenas|hello|hi|hey|buenos dias)\b/u],
];

/** Reads an answer given in a hard moment. */
export function readAnswer(message: string): Answer {
  const said = fold(clean(message.slice(0, 4_000))).replace(/^[^a-z]+/u, '');
  return ANSWERS.find(([, pattern]) => pattern.test(said))?.[0] ?? 'other';
}
