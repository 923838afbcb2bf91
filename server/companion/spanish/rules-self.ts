import type { Rule } from '../rule.ts';

const SAD = `(?:triste|mal|fatal|deprimid[oa]|desanimad[oa]|bajonead[oa]|hundid[oa]|destrozad[oa]|desolad[oa]|
    vaci[oa]|rot[oa]|hecho polvo|hecha polvo|melancolic[oa]|apagad[oa]|pesimo|pesima|horrible|
    decaid[oa]|para el arrastre|de bajon|llorando)`;
const TENSE = `(?:ansios[oa]|nervios[oa]|agobiad[oa]|estresad[oa]|angustiad[oa]|preocupad[oa]|asustad[oa]|
    inquiet[oa]|alterad[oa]|abrumad[oa]|desbordad[oa]|insegur[oa]|con ansiedad|con angustia|al limite|
    saturad[oa])`;
const ANGRY = `(?:enojad[oa]|enfadad[oa]|furios[oa]|molest[oa]|indignad[oa]|frustrad[oa]|hart[oa]|
  decepcionad[oa]|
    dolid[oa]|celos[oa]|cabread[oa]|caliente|re caliente|harto|resentid[oa])`;
const WORN = `(?:cansad[oa]|agotad[oa]|rendid[oa]|quemad[oa]|exhaust[oa]|sin fuerzas|sin energia|
    sin ganas de nada|desmotivad[oa]|bloquead[oa]|estancad[oa]|perdid[oa]|confundid[oa]|
    desorientad[oa])`;
const GLAD = `(?:feliz|content[oa]|alegre|bien|mejor|tranquil[oa]|ilusionad[oa]|emocionad[oa]|orgullos[oa]|
    aliviad[oa]|agradecid[oa]|entusiasmad[oa]|en paz|genial|muy bien|de maravilla|enamorad[oa])`;
const VERY = `(?:muy |tan |bastante |un poco |algo |re |super |demasiado |mas |medio |totalmente |
  completamente |hecho |hecha |siempre |ya )*`;
const AM =
  '(?:estoy|me siento|ando|sigo|me encuentro|me he sentido|me senti|estaba|he estado|estuve|me quede|vengo)';

/** Tried on each clause. 9: loss; 8: what one feels; 7: dreams and absences. */
export const RULES_OF_SELF_SPANISH: readonly Rule[] = [
  {
    rank: 9,
    patterns: [
      `(?:murio|fallecio|se murio|ha muerto|ha fallecido|se nos fue|perdi a|se me murio|enterramos a|
        acaba de morir) .*(?:mi|mis|el|la) [a-z]+.*`,
      `(?:mi|mis) [a-z]+(?: [a-z]+)? (?:se )?(?:murio|fallecio|ha muerto|ha fallecido|murieron|
        fallecieron|acaba de morir).*`,
      '(?:estoy de|en) (?:luto|duelo)|tuve un aborto|perdi (?:al|el) bebe|perdi un embarazo',
    ],
    replies: [
      'Lo siento mucho. ¿Qué es lo primero que [te|le] viene de esa persona cuando ' +
        '[cierras|cierra|cerrás] los ojos?',
      'Qué pérdida tan grande. ¿Cómo están siendo estos días?',
      'No hay palabras que lo arreglen. ¿Con quién [puedes|puede|podés] hablar de ello?',
      '¿Qué ha cambiado en [tus|sus] días desde entonces?',
    ],
  },
  {
    rank: 9,
    patterns: [
      `(?:termine|corte|rompi|me separe|me divorcie) (?:con|de) (?:mi|el|ella)`,
      `(?:me dejo|me abandono|me corto|me engano|me fue infiel|termino conmigo|rompio conmigo|corto conmigo)`,
      `(?:rompimos|terminamos|nos separamos|nos divorciamos|cortamos|nos dejamos)|mi divorcio`,
      `mi separacion|mi ruptura`,
    ],
    replies: [
      'Una ruptura deja muchas cosas en el aire. ¿Qué es lo que más cuesta ahora?',
      '¿Cómo era un día corriente antes de eso, y cómo es hoy?',
      'Siento que [estés|esté] en medio de algo así. ¿Hay rabia, tristeza, alivio, o un poco de todo?',
      '¿Qué [te|le] gustaría haber podido decir?',
    ],
  },
  {
    rank: 9,
    patterns: [
      `(?:me (?:echaron|despidieron|corrieron|quede sin trabajo)|perdi (?:el|mi) (?:trabajo|empleo|
        beca|casa)|me quede sin (?:trabajo|empleo|casa))`,
    ],
    replies: [
      'Eso mueve el suelo. ¿Qué fue lo primero que [pensaste|pensó]?',
      'Lamento que haya pasado. ¿Qué es lo que más preocupa: el dinero, el orgullo, el mañana?',
      '¿Con quién [has podido|ha podido|pudiste] hablarlo?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${SAD}.*)`,
      '(?:tengo|siento|me da) (?:mucha |tanta |una )?(?:tristeza|pena|depresion|angustia|soledad|un vacio)',
      '(?:no (?:paro|puedo parar|dejo) de llorar|llor(?:o|e|ando|aba))',
      '(?:tengo ganas de|quiero|necesito) llorar',
      'tengo el corazon roto|me duele el alma|estoy de bajon|no estoy bien|no me siento bien',
    ],
    replies: [
      'Siento que [estés|esté] así. ¿Desde cuándo?',
      '¿Hay algo que lo haya traído, o fue llegando solo?',
      'Gracias por decirlo tal cual. ¿En qué momento del día pesa más?',
      '¿Es tristeza, cansancio, o algo para lo que todavía no hay nombre?',
      '¿Qué [haces|hace|hacés] cuando llega esa sensación?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${TENSE}.*)`,
      `(?:tengo|me da|siento|me dan|sufro de|tuve) (?:mucha |mucho |un |una |tanta |
        ataques? de )*(?:ansiedad|panico|nervios|estres|agobio)`,
      'me preocup(?:a|an) (.+)',
      '(?:no puedo (?:dormir|relajarme|respirar bien|concentrarme)|no duermo|tengo insomnio)',
    ],
    replies: [
      'Suena a mucha tensión. ¿Qué es lo que más [te|le] da vueltas en la cabeza?',
      '¿En qué parte del cuerpo lo [notas|nota|notás]?',
      '¿Qué es lo peor que [imaginas|imagina|imaginás] que podría pasar?',
      '¿Ha habido algún rato hoy, aunque fuera corto, con más calma?',
      '¿Cuándo empezó a apretar así?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `(?:tengo|me da|siento|tenia|da) (?:mucho |tanto |un poco de )?(?:miedo|temor|terror|
        panico)(?: de| a)? (.+)`,
      '(?:tengo|siento) (?:mucho )?miedo',
      'temo (.+)',
    ],
    replies: [
      '¿Qué es lo que más asusta de {1}?',
      'El miedo suele cuidar algo. ¿Qué estaría cuidando éste?',
      '¿Hace cuánto que ese miedo anda cerca?',
      '¿Qué cambiaría si ese miedo fuera la mitad de grande?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${ANGRY}.*)`,
      '(?:tengo|siento|me da) (?:mucha |tanta |una )*(?:rabia|bronca|ira|impotencia|coraje|frustracion)',
      '(?:me (?:molesta|enoja|enfada|irrita|fastidia|revienta|jode|saca de quicio|da rabia)) (.+)',
      '(?:odio|detesto|no soporto|no aguanto) (?:a )?(.+)',
    ],
    replies: [
      'Hay mucha fuerza en eso. ¿Qué fue lo que colmó el vaso?',
      '¿Qué [te|le] habría gustado que pasara en su lugar?',
      'Debajo del enojo a veces hay otra cosa. ¿La hay aquí?',
      '¿A quién [te|le] gustaría poder decírselo?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${WORN}.*)`,
      'no (?:tengo|me quedan) (?:fuerzas|energia|ganas de nada)|todo me (?:cuesta|pesa|da igual)',
      'no me motiva nada',
    ],
    replies: [
      '¿Es un cansancio del cuerpo, o de otra clase?',
      '¿Qué [te|le] quita más energía últimamente?',
      'Así cuesta hasta lo pequeño. ¿Hay algo de lo que [puedas|pueda] descargar[te|se] hoy?',
      '¿Cuándo fue la última vez que [descansaste|descansó] de verdad?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `(?:estoy|me siento|vivo|ando) ${VERY}sol[oa]`,
      `me siento ${VERY}(?:incomprendid[oa]|excluid[oa]|ignorad[oa]|invisible)`,
      'no tengo (?:a nadie|amigos|amigas|con quien hablar|novi[oa]|pareja)',
      'nadie me (?:entiende|escucha|quiere|llama|busca|hace caso)|(?:siento|la|mi|mucha) soledad',
    ],
    replies: [
      'La soledad puede doler mucho. ¿Cuándo se nota más?',
      '¿Hubo alguien con quien alguna vez no [te sintieras|se sintiera] así?',
      'Aunque sea un programa quien lee, lo que [dices|dice|decís] importa. ¿Qué compañía ' +
        '[echas|echa|echás] en falta?',
      '¿Qué [te|le] gustaría que alguien [te|le] preguntara?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `(?:me odio|me doy asco|no (?:sirvo|valgo)(?: para nada| nada)?|soy (?:un |una )?(?:fracaso|
        fracasad[oa]|inutil|desastre|estupid[oa]|tont[oa]|fe[oa]|horrible|mierda|basura|cobarde|
        mala persona|idiota|gord[oa])|todo lo hago mal|todo me sale mal|es (?:todo )?(?:mi culpa|
        culpa mia)|me siento (?:muy )?(?:culpable|inutil|poca cosa|inferior|fracasad[oa])|
        me da verguenza|me avergüenzo|me averguenzo)`,
    ],
    replies: [
      'Qué palabras tan duras contra uno mismo. ¿Qué pasó para que salgan hoy?',
      'Si se lo oyera decir a alguien a quien [quieres|quiere|querés], ¿qué le [responderías|respondería]?',
      '¿De quién es esa voz: [tuya|suya], o la [oíste|oyó] antes en alguien?',
      '¿Hay alguna parte de [ti|usted|vos] que no esté de acuerdo con eso?',
    ],
  },
  {
    rank: 8,
    patterns: [
      `${AM} ${VERY}(${GLAD})(?! con que).*`,
      `(?:aprobe|me aceptaron|consegui|gane|me contrataron|me ascendieron|nacio mi|me caso|
        estamos esperando|logre|lo logre|me salio bien|tengo (?:una )?buenas? noticias?)`,
    ],
    replies: [
      'Qué alegría leer eso. ¿Qué lo hizo posible?',
      '¡Bien! ¿Con quién lo [has celebrado|ha celebrado|celebraste]?',
      'Vale la pena quedarse un momento ahí. ¿Cómo se siente por dentro?',
      '¿Qué [te|le] gustaría recordar de esto dentro de un año?',
    ],
  },
  {
    rank: 7,
    patterns: ['(?:sone|tuve un sueno|tuve una pesadilla|soñe)(?: (?:con|que|donde))? ?(.*)'],
    replies: [
      '¿Qué fue lo más vivo de ese sueño?',
      '¿Con qué ánimo [despertaste|despertó]?',
      '¿A qué se parece ese sueño en [tu|su] vida despierta?',
    ],
  },
  {
    rank: 7,
    patterns: [
      '(?:extrano|echo de menos|anoro|me hace falta|me falta) (?:mucho )?(?:a )?(.+)',
      '(?:lo|la|los|las|le|te) (?:extrano|echo (?:mucho )?de menos|anoro)(?: .*)?',
    ],
    replies: [
      '¿Qué es lo que más [extrañas|extraña|extrañás]?',
      'Echar de menos habla de algo que importó. ¿Qué momento [te|le] viene primero?',
      '¿Cuándo aparece más esa falta?',
    ],
  },
];
