import type { Rule } from '../rule.ts';

/** Remarks and short answers. Tried on the whole message, in this order, after the questions. */
export const REMARKS_SPANISH: readonly Rule[] = [
  {
    rank: 0,
    patterns: [
      `^(?:.{0,25} )?(?:(?:eres|sos|es) (?:un |una |muy |tan |re |el |la |mas )*(?:inutil|tont[oa]|
        idiota|estupid[oa]|imbecil|mierda|basura|pendej[oa]|burr[oa]|malo|mala|pesad[oa]|
        repetitiv[oa]|aburrid[oa]|boludo|asco|peor|porqueria|limitad[oa]|retrasad[oa])|
        (?:no (?:sirves|servis|sirve)(?: para nada)?)|callate|callese|vete a la mierda|
        andate a la mierda|que te den|jodete|hijo de puta|hdp|puto|puta|idiota|imbecil|estupid[oa]|
        pelotud[oa]|gilipollas|cabron|te odio|que asco|que mierda|vaya mierda|
        que porqueria)(?: .{0,40})?$`,
    ],
    replies: [
      'Puede ser: soy bastante limitado, y a veces eso desespera. ¿Qué [esperabas|esperaba] ' +
        'encontrar aquí?',
      'No me lo tomo a mal. ¿Ese enojo es conmigo o viene de antes?',
      'Se oye la bronca. Si hay algo detrás que [quieras|quiera] soltar, aquí no molesta.',
      'De acuerdo, ahí no ayudé. ¿Qué habría sido mejor que dijera?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,30} )?(?:(?:no|nunca) (?:me )?(?:entiendes|entendes|entiende|escuchas|comprendes|
        respondes|contestas|ayudas|ayuda)(?: nada)?|no (?:me )?(?:has|ha) (?:respondido|contestado|
        entendido)|no entendiste|eso no (?:tiene sentido|responde|ayuda|es lo que)(?: .{0,20})?|
        no es eso|que (?:dices|decis)|hablas raro)(?: .{0,20})?$`,
    ],
    replies: [
      'Es muy probable que no haya entendido; se me escapan muchas cosas. ¿Me lo [dirías|diría] de ' +
        'otra manera, en una frase corta?',
      'Perdón, ahí me perdí. ¿Qué es lo principal de lo que [querías|quería] decir?',
      'Tiene razón quien se queja: sólo sigo reglas. ¿Cuál sería la pregunta adecuada?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,30} )?(?:(?:deja|para|dejate) de (?:hacer(?:me)? )?(?:preguntas|preguntar|repetir)|
        (?:solo|siempre) (?:haces|repites|repetis|preguntas|me preguntas|me repites)(?: .{0,30})?|
        (?:estas|te estas|otra vez) repitiendo(?: .{0,30})?|(?:no|nunca) (?:haces|
        hagas) mas (?:que )?pregunt\\w+|tantas preguntas|me (?:estas )?repit\\w+|
        ya (?:me )?(?:lo )?(?:dijiste|preguntaste)|por que (?:me )?(?:preguntas|repites|
        repetis)(?: .{0,30})?)(?: .{0,20})?$`,
    ],
    replies: [
      'Entendido, sin preguntas por un rato. [Escribe|Escriba|Escribí] lo que [quieras|quiera] y yo leo.',
      'Es verdad, preguntar es casi todo lo que sé hacer. [Sigue|Siga|Seguí] por donde [te|le] apetezca.',
      'Cierto. Me callo un poco: [tu|su] palabra vale más que mi próxima pregunta.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:(?:ja|je|ji|jo|ha){2,}[js]?|jaj\\w*|jsjs\\w*|lol|xd+|jeje\\w*|ajaj\\w*|kkk+|que risa|
        me muero de risa.*)(?: .{0,20})?$`,
    ],
    replies: [
      'Da gusto esa risa. ¿Qué fue lo gracioso?',
      'Reír también es una manera de decir algo. ¿Qué hay detrás?',
      'Suena a buen humor. ¿De dónde sale hoy?',
    ],
  },
  {
    rank: 0,
    patterns: [
      '^(?:lo siento|perdon|perdona|perdone|disculpa|disculpe|disculpame|mil disculpas)(?: .{0,25})?$',
    ],
    replies: [
      'No hay nada que perdonar. [Sigue|Siga|Seguí], por favor.',
      'Tranquilidad: aquí no se molesta a nadie. ¿En qué [estabas|estaba]?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:te (?:amo|quiero|adoro)|me caes bien|eres (?:genial|lindo|linda|increible|lo maximo|
        muy amable|el mejor)|sos (?:genial|lo mas|un amor|copado)|(?:quieres|queres) ser mi (?:amigo|
        novi[oa]|amiga)|casate conmigo)(?: .{0,25})?$`,
    ],
    replies: [
      'Gracias, qué amable. Yo sólo soy un programa y no sabría corresponder; pero me alegra que ' +
        'el rato siente bien. ¿Qué es lo que [te|le] gusta de conversar así?',
      'Se agradece el cariño, aunque lo reciba un montón de reglas. ¿A quién más se lo [dirías|diría]?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:si+|sip|claro(?: que si)?|aja|exacto|eso es|asi es|correcto|por supuesto|obvio|tal cual|
        efectivamente|si si|creo que si|supongo que si)$`,
    ],
    replies: [
      '[Cuéntame|Cuénteme|Contame] un poco más de eso.',
      'Entiendo que sí. ¿Y qué más hay ahí?',
      'Bien. ¿Cómo [te|le] hace sentir que sea así?',
      'De acuerdo. ¿Qué sería lo más importante de ese sí?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:no+|nop|nah|para nada|que va|no no|claro que no|en absoluto|creo que no|nada|nada mas|
        tampoco|nunca)$`,
    ],
    replies: [
      'Está bien que no. ¿Cómo lo [dirías|diría] entonces?',
      'No, entonces. ¿Qué se acerca más a lo que [te|le] pasa?',
      'Vale. ¿Hay otra cosa de la que [prefieras|prefiera] hablar?',
      'Entiendo. ¿Qué hay al otro lado de ese no?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:no (?:lo )?se(?: que decir| bien| la verdad)?|ni idea|quizas?|tal vez|puede ser|a lo mejor|
        depende|mas o menos|supongo|no estoy segur[oa]|a veces|quien sabe|ns|nose|no tengo idea)$`,
    ],
    replies: [
      'No hace falta saberlo. Si [tuvieras|tuviera] que apostar, ¿por dónde iría?',
      'Se puede dejar en duda un rato. ¿Qué parte está menos borrosa?',
      'A veces la respuesta llega hablando de otra cosa. ¿Qué [has|ha] hecho hoy?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:ok+|okey|oki|vale|dale|bueno|ya|ah+|mm+|hm+|eh+|mmm+ .{0,10}|bien|muy bien|genial|perfecto|
        listo|entiendo|de acuerdo|interesante|wow|guau)$`,
    ],
    replies: [
      '[Te|Le] escucho.',
      'Sin prisa. ¿Qué viene ahora?',
      'Aquí sigo. ¿De qué [quieres|quiere|querés] hablar?',
      '¿Hay algo rondando que todavía no [hayas|haya] dicho?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:prueba|probando|test|testing|hola mundo|hello world|ping|1 2 3|uno dos tres|esto funciona|
        funciona|funcionas)(?: .{0,20})?$`,
    ],
    replies: [
      'Llega perfectamente. Cuando [quieras|quiera] pasar de la prueba a algo de verdad, aquí estoy.',
      'Recibido, todo en orden. ¿Qué [te|le] gustaría probar?',
    ],
  },
  {
    rank: 0,
    patterns: [
      '^(?:estoy )?aburrid[oa]|^me aburro(?: mucho)?$|^que hacemos$',
      '^de que (?:hablamos|podemos hablar)(?: .*)?$',
      '^(?:dame|propon(?:me)?|elige|elegi|sugiere|sugeri(?:me)?) (?:un )?tema.*$',
      '^(?:no se de que hablar|preguntame algo|hazme una pregunta|pregunta algo|haceme una pregunta)$',
    ],
    replies: [
      'Ahí va una: ¿qué es algo pequeño que salió bien esta semana?',
      'Probemos con esto: ¿a quién [te|le] gustaría llamar y no [llamas|llama|llamás]?',
      'Otra puerta: ¿qué [harías|haría] mañana si el día fuera entero [tuyo|suyo]?',
      'Por ejemplo: ¿qué lugar [extrañas|extraña|extrañás]?',
    ],
  },
];
