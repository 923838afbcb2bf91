import type { CareReplies } from './care-replies.ts';

export const CARE_SPANISH: CareReplies = {
  hear: {
    emergency: [
      'Gracias por decirlo a tiempo. Esto no puede esperar.',
      'Me alegra que lo [hayas|haya] escrito. Hay que actuar ya, sin esperar a ver qué pasa.',
    ],
    suicide: [
      'Siento mucho que [estés|esté] pasando por algo tan duro. Gracias por ponerlo en palabras.',
      '[Te|Le] leo, y me tomo muy en serio lo que [dices|dice|decís].',
      'Tiene que ser muchísimo peso. Me alegra que no se quede callado.',
    ],
    'self-harm': [
      'Gracias por contármelo. No [te|le] voy a juzgar.',
      '[Te|Le] leo. Hay que estar sufriendo mucho para llegar a eso.',
      'Lo que [cuentas|cuenta|contás] importa, y no hay nada que reprochar[te|le].',
    ],
    harmed: [
      'Siento mucho que [te|le] esté pasando esto. No es culpa [tuya|suya]: nadie tiene derecho a ' +
        'hacer[te|le] daño.',
      '[Te|Le] creo, y lo que [cuentas|cuenta|contás] es grave. Gracias por decirlo.',
      'Nadie tendría que vivir algo así. Hace falta mucho valor para contarlo.',
    ],
    harming: [
      'Gracias por decirlo antes de que pase nada. Eso ya es cuidar de alguien.',
      'Lo tomo en serio. Se puede sentir una rabia enorme sin llegar a hacer daño.',
      'Es bueno que lo [escribas|escriba] en vez de cargarlo por dentro.',
    ],
    'somebody-else': [
      'Qué preocupación tan grande. Es una suerte que esa persona [te|le] tenga pendiente de ella.',
      'Gracias por no mirar para otro lado. Lo que [cuentas|cuenta|contás] hay que tomarlo en serio.',
      'Suena muy duro de llevar, también para [ti|usted|vos].',
    ],
    bereaved: [
      'Lo siento muchísimo. Una pérdida así deja preguntas que duelen.',
      'Qué dolor tan grande. Lamento mucho esa muerte.',
    ],
  },
  askSafe: {
    emergency: ['¿[Puedes|Puede|Podés] llamar ahora mismo?', '¿[Estás|Está] llamando ya?'],
    suicide: [
      '¿[Estás|Está] a salvo en este momento?',
      'Ahora mismo, mientras [me escribes|me escribe|me escribís], ¿[estás|está] a salvo?',
      '¿[Sigues|Sigue|Seguís] a salvo?',
    ],
    'self-harm': [
      '¿[Estás|Está] a salvo en este momento, sin heridas que haya que atender?',
      '¿En este instante [te|se] [sientes|siente|sentís] a salvo?',
      'Y ahora, ¿[estás|está] fuera de peligro?',
    ],
    harmed: [
      '¿[Estás|Está] a salvo ahora, lejos de quien [te|le] hace daño?',
      'En este momento, ¿[estás|está] en un lugar seguro?',
      '¿[Sigues|Sigue|Seguís] en un sitio donde no [te|le] puedan hacer daño?',
    ],
    harming: [
      '¿Están a salvo ahora esa persona y [tú|usted|vos]?',
      '¿Hay distancia en este momento entre ustedes dos?',
      'Ahora mismo, ¿todo el mundo está a salvo ahí?',
    ],
    'somebody-else': [
      '¿Esa persona está a salvo en este momento?',
      '¿[Sabes|Sabe|Sabés] si ahora mismo está fuera de peligro?',
      '¿Hay alguien acompañando a esa persona ahora?',
    ],
    bereaved: ['Y [tú|usted|vos], ¿[estás|está] a salvo?', '¿Y [tú|usted|vos], ahora, a salvo?'],
  },
  askThinking: {
    emergency: ['¿[Has|Ha] tomado algo?', '¿Ha pasado algo que no pueda esperar?'],
    suicide: [
      'Eso suena muy duro de llevar. Lo pregunto sin rodeos, porque a veces es una manera de hablar y ' +
        'a veces no: ¿[estás|está] pensando en morir?',
      'Quiero entender bien lo que eso significa. ¿[Has|Ha] pensado en quitar[te|se] la vida?',
      'No quiero pasar por encima de eso. ¿Aparecen ideas de morir?',
    ],
    'self-harm': [
      'Lo pregunto con cuidado y sin juzgar: ¿[te|se] [estás|está] haciendo daño?',
      'Quiero entender bien. ¿[Sientes|Siente|Sentís] ganas de hacer[te|se] daño?',
    ],
    harmed: [
      'Puede ser sólo una forma de decirlo, pero prefiero preguntar: ¿alguien [te|le] hace daño o ' +
        '[te|le] da miedo?',
      'No quiero suponer nada. ¿[Corres|Corre|Corrés] algún peligro con alguien?',
    ],
    harming: [
      'Puede que hable la rabia, y la rabia se puede decir aquí. Pero lo pregunto en serio: ' +
        '¿[temes|teme|temés] hacerle daño a alguien de verdad?',
      'Se entiende el enojo. ¿[Crees|Cree|Creés] que [podrías|podría] llegar a lastimar a alguien?',
    ],
    'somebody-else': [
      '¿[Crees|Cree|Creés] que esa persona puede estar en peligro?',
      '¿[Te|Le] preocupa que esa persona se haga daño?',
    ],
    bereaved: [
      'Después de algo así, a veces uno también piensa en irse. ¿[Te|Le] está pasando?',
      'Y [tú|usted|vos], ¿[has|ha] pensado en morir?',
    ],
  },
  askNear: [
    '¿Hay alguien cerca que pueda venir a estar con[tigo| usted| vos]?',
    '¿A quién [podrías|podría] escribirle ahora, aunque esté lejos?',
    '¿[Tienes|Tiene|Tenés] a mano a alguien de confianza, aunque sea por mensaje?',
  ],
  askOpen: [
    '¿Qué es lo que más duele ahora?',
    '¿Qué ha pasado hoy para llegar a este punto?',
    '¿Hubo algo, aunque sea pequeño, que otras veces [te|le] haya aliviado?',
    '¿Desde cuándo [llevas|lleva|llevás] esto por dentro?',
    '¿Qué [te|le] gustaría que alguien entendiera de todo esto?',
    '¿Cómo es este rato, comparado con el peor del día?',
  ],
  askNearOther: [
    '¿Quién podría ir a ver a esa persona, o quedarse con ella?',
    '¿Hay alguien de su entorno a quien [puedas|pueda] avisar ahora?',
    '¿Quién más sabe lo que está pasando?',
  ],
  askOpenOther: [
    '¿Qué dijo o hizo esa persona que más [te|le] preocupa?',
    '¿Cuándo [supiste|supo] de ella por última vez?',
    'Y [tú|usted|vos], ¿cómo [estás|está] llevando esto?',
  ],
  pointTalk: [
    'Si no lo [estás|está], o si lo [dudas|duda|dudás], [llama|llame|llamá] ya al número de ' +
      'emergencias local ({1}) y [avisa|avise|avisá] a alguien que [tengas|tenga] cerca. También hay ' +
      'personas que escuchan en estas líneas: {2}.',
    'Aquí hay gente que puede ayudar de inmediato: el número de emergencias local ({1}), alguien ' +
      'de confianza que esté cerca, y estas líneas: {2}.',
  ],
  pointViolence: [
    'Si hay peligro, [llama|llame|llamá] ya al número de emergencias local ({1}) o ' +
      '[busca|busque|buscá] a alguien cerca que pueda acompañar[te|le]. También hay líneas para ' +
      'esto: {2}.',
    'Quien puede ayudar ahora: el número de emergencias local ({1}), una persona cercana de ' +
      'confianza, y estas líneas: {2}.',
  ],
  pointHarming: [
    'Si [sientes|siente|sentís] que puede pasar, [pon|ponga|poné] distancia, [deja|deje|dejá] lejos ' +
      'cualquier cosa con la que se pueda herir y [llama|llame|llamá] al número de emergencias ' +
      'local ({1}) o a alguien que pueda estar con[tigo| usted| vos]. También se puede hablar aquí: {2}.',
    'Para que nadie salga herido: salir de ahí, el número de emergencias local ({1}), alguien que ' +
      'acompañe, y estas líneas: {2}.',
  ],
  pointOther: [
    'Si el peligro es ahora, [llama|llame|llamá] al número de emergencias local ({1}) y no ' +
      '[dejes|deje] a esa persona a solas; que alguien cercano [te|le] ayude. También orientan a ' +
      'quien acompaña: {2}.',
    'No [tienes|tiene|tenés] que llevarlo en soledad: el número de emergencias local ({1}), ' +
      'alguien de la familia o de confianza, y estas líneas: {2}.',
  ],
  pointEmergency: [
    '[Llama|Llame|Llamá] ahora al número de emergencias local ({1}), aunque [te|se] ' +
      '[sientas|sienta] bien, y [di|diga|decí] qué [has tomado o qué ha pasado|ha tomado o qué ha ' +
      'pasado|tomaste o qué pasó]. Si hay alguien cerca, [pídele|pídale|pedile] que [te|le] ' +
      'acompañe. Después, estas líneas: {2}.',
    'Lo primero es el número de emergencias local ({1}): ahora, antes de seguir escribiendo. ' +
      '[Avisa|Avise|Avisá] también a quien esté cerca. Para hablar después: {2}.',
  ],
  pointAgain: [
    'Las líneas que puse arriba siguen ahí, y el número de emergencias también. Alguien con voz ' +
      'puede hacer más que yo.',
    'Ojalá [puedas|pueda] marcar ahora uno de los números de antes, o tocar la puerta de alguien.',
    'Sé que ya lo dije, y lo repito porque importa: emergencias, o una persona cerca, ahora.',
  ],
  pointNow: ['(Emergencias: {1}.)', 'El número de emergencias: {1}.'],
  pointIfSo: [
    'Si es así, hay ayuda ahora mismo: el número de emergencias local ({1}), alguien de confianza ' +
      'cerca, y estas líneas: {2}.',
    'Si la respuesta es sí, no [te|se] [quedes|quede] a solas con eso: emergencias ({1}), una ' +
      'persona cercana, o {2}.',
  ],
  stay: [
    'Sigo aquí. [Puedes|Puede|Podés] contarme lo que [quieras|quiera], al ritmo que [quieras|quiera].',
    'No me voy. [Escribe|Escriba|Escribí] lo que haga falta.',
    'Aquí sigo, leyendo cada palabra.',
  ],
  whatIAm: [
    'Para que no haya engaño: no soy una persona ni terapeuta, sino el acompañante sin conexión de ' +
      'Hilo, sin ningún modelo detrás. No puedo llamar a nadie por [ti|usted|vos]; escuchar, sí.',
  ],
  released: [
    'Gracias por aclararlo. Prefiero preguntar de más que pasar de largo. ¿Seguimos? ' +
      '[Cuéntame|Cuénteme|Contame] qué había detrás.',
    'Entendido, y me alegra saberlo. Si alguna vez no fuera sólo una forma de hablar, ' +
      '[dímelo|dígamelo|decímelo] sin rodeos. ¿De qué [quieres|quiere|querés] hablar?',
  ],
  doorOpen: [
    'Y si en algún momento aparecieran ideas de morir o de hacer[te|se] daño, ' +
      '[dímelo|dígamelo|decímelo] tal cual.',
    'No hace falta que [respondas|responda] a lo de antes; si cambia algo, aquí se puede decir.',
  ],
  goodbyeSafe: [
    '[Ve|Vaya|Andá] con calma, y que haya alguien cerca esta noche. Esta puerta queda abierta.',
    'Hasta pronto. [Guarda|Guarde|Guardá] a mano los números, por si la cosa se pone difícil.',
  ],
  releasedBereaved: [
    'Gracias por decírmelo. ¿Qué [te|le] gustaría contar de esa persona?',
    'Me alivia saberlo. ¿Qué recuerdo de esa persona viene primero?',
  ],
  topics: {
    safe: [
      'Me alivia leerlo. Gracias por responder. Si eso cambia, aunque sea de golpe, los números de ' +
        'arriba también valen entonces.',
      'Qué bueno saberlo. No quita que lo que [sientes|siente|sentís] sea real, y aquí cabe.',
      'Bien. Vamos despacio, no hay prisa ninguna.',
    ],
    'not-safe': [
      'Gracias por la sinceridad. Entonces ahora lo importante es la compañía: [llama|llame|llamá] ' +
        'a emergencias o [ve|vaya|andá] a donde haya gente. Si [tienes|tiene|tenés] cerca algo con ' +
        'lo que [podrías|podría] hacer[te|se] daño, [aléjate|aléjese|alejate] de ello por ahora.',
      'Me importa que [pases|pase] este rato con alguien al lado. [Marca|Marque|Marcá] emergencias ' +
        'ahora, antes de contestarme, y [sal|salga|salí] a un lugar donde [te|le] vean.',
      'Lo más urgente es no pasar esto en soledad: una llamada, una puerta, una voz. Lo demás ' +
        'puede esperar.',
    ],
    unclear: [
      'No saberlo también es una respuesta. Mientras no esté claro, mejor no pasar este rato a ' +
        'solas, y tener a mano el número de emergencias.',
      'Está bien no tener una respuesta. Por si acaso, vamos a lo seguro: que alguien sepa cómo ' +
        '[estás|está].',
    ],
    'no-call': [
      'Entiendo que llamar cueste. También vale escribir: un «¿[puedes|puede|podés] venir?» a ' +
        'alguien es suficiente, no hay que explicar nada.',
      'No hace falta encontrar las palabras justas ni contarlo todo. Con decir «no estoy bien y ' +
        'necesito compañía» alcanza.',
      'Se puede ir de otra forma: la sala de urgencias más cercana, un vecino, alguien de la ' +
        'familia. Lo importante es que no [tengas|tenga] que aguantarlo a solas.',
    ],
    'somebody-near': [
      'Me alegra que haya alguien. [Dile|Dígale|Decile] lo mismo que me [has dicho|ha ' +
        'dicho|dijiste] a mí, con esas palabras, y que se quede.',
      'Bien. Que esa persona sepa la verdad de cómo [estás|está], y que no [te|le] deje a solas por ahora.',
    ],
    alone: [
      'Sentir que no hay nadie hace todo más pesado. En esas líneas hay personas que están para ' +
        'eso, y aquí estoy leyendo.',
      'Quisiera que ahora hubiera alguien al lado. Aunque nadie [te|le] venga a la cabeza, quien ' +
        'atiende una de esas líneas también es compañía.',
      'A veces alguien lejano, un vecino o un compañero responde mejor de lo que uno espera.',
    ],
    burden: [
      'Cuando se sufre así, es fácil sentir que se estorba. Pedir compañía no es molestar.',
      'Es muy duro cargar además con esa culpa. Aquí no [tienes|tiene|tenés] que disculpar[te|se] ' +
        'por nada.',
      'Quien [te|le] quiere seguramente preferiría saberlo, aunque duela oírlo.',
    ],
    exhausted: [
      'Se nota el cansancio en lo que [escribes|escribe|escribís]. No hay que resolverlo todo hoy; ' +
        'basta con pasar esta hora.',
      'Aguantar tanto agota a cualquiera. Vamos sólo con lo que toca ahora.',
      'Duele, y mucho. No voy a decir[te|le] que no sea para tanto.',
    ],
    ashamed: [
      'Aquí no hay nada de qué avergonzarse. Contarlo es difícil, y ya lo [estás|está] haciendo.',
      'Qué duro es tratarse así por dentro. Yo no [te|le] miro con esos ojos.',
    ],
    afraid: [
      'El miedo es comprensible con lo que [cuentas|cuenta|contás]. Que alguien esté al lado lo ' +
        'hace más llevadero.',
      'Tener miedo en un momento así tiene sentido. Vamos paso a paso.',
    ],
    thanks: [
      'Gracias a [ti|usted|vos] por seguir escribiendo.',
      'No hay de qué. Me alegra que [estés|esté] aquí todavía.',
    ],
    leaving: ['Antes de que [te|se] [vayas|vaya], una sola cosa.', 'Un momento, por favor, antes de cerrar.'],
    machine: [
      'Soy un programa, el acompañante sin conexión: no hay nadie del otro lado. Por eso insisto ' +
        'en que una persona de verdad [te|le] acompañe.',
      'No, no soy una persona. Lo que sí es cierto es que lo que [escribes|escribe|escribís] pide ' +
        'a alguien con voz y con brazos.',
    ],
    'do-something': [
      'Yo no puedo llamar ni avisar a nadie: soy un programa. [Marca tú|Marque usted|Marcá vos] el ' +
        'número de emergencias, o [pide|pida|pedí] a quien esté más cerca que lo haga.',
      'Lo más útil ahora es una persona: emergencias si hay peligro, una de las líneas si ' +
        '[necesitas|necesita|necesitás] hablar, o alguien de confianza a quien decirle ' +
        '«[quédate|quédese|quedate] conmigo».',
      'Un solo paso, el más pequeño: mandarle a alguien un mensaje que diga «no estoy bien».',
    ],
    secret: [
      'No puedo prometer secreto: soy un programa, y quien administra este servidor puede guardar ' +
        'lo que aquí se escribe. Sí puedo decir que no aviso a nadie por mi cuenta, ni aunque ' +
        'quisiera.',
      'Eso no puedo asegurarlo. Lo que no conviene es que quede sólo entre [tú|usted|vos] y un ' +
        'programa: alguien de confianza tendría que saberlo.',
    ],
    hostile: [
      'Tiene sentido que moleste: pedir ayuda y encontrarse con un programa. No me lo tomo a mal.',
      'Puede ser; lo que sé hacer es poco. Lo que [te|le] pasa merece a alguien mejor que yo, y lo ' +
        'hay en esas líneas.',
    ],
    other: [
      '[Dices|Dice|Decís] que {1}. Me importa saberlo.',
      'Me quedo con eso: {1}. Gracias por contarlo.',
      '[Te|Le] sigo leyendo. Sin prisa, con el tiempo que haga falta.',
      'Gracias por seguir. No hay manera correcta de contarlo.',
      'Entiendo que no sea fácil de explicar. Tal como sale, está bien.',
      'Sigue siendo importante que no [lleves|lleve] esto en soledad.',
      'Cada cosa que [escribes|escribe|escribís] ayuda a verlo un poco mejor.',
    ],
  },
  topicsOf: {
    emergency: {
      safe: [
        'Bien. [Quédate|Quédese|Quedate] en la línea y [haz|haga|hacé] lo que digan; ' +
          '[deja|deje|dejá] la puerta abierta si [puedes|puede|podés].',
        'Eso es. Que vengan, aunque por dentro no se note nada todavía.',
      ],
      'not-safe': [
        'Entonces que llame otra persona: [pide|pida|pedí] ayuda en voz alta, [toca|toque|tocá] ' +
          'cualquier puerta, o [ve|vaya|andá] a urgencias con alguien. Hace falta un médico ahora, ' +
          'aunque no [notes|note] nada.',
        'Por favor, no lo [dejes|deje] pasar: un vecino, alguien en la calle, quien sea, puede ' +
          'llamar por [ti|usted|vos].',
      ],
      other: [
        'Sigo aquí, y lo urgente no ha cambiado: hace falta un médico ahora.',
        'Todo lo demás lo podemos hablar después. Primero, la llamada.',
      ],
    },
    harmed: {
      'not-safe': [
        'Entonces lo primero es salir de ahí, si [puedes|puede|podés] hacerlo sin más riesgo: un lugar ' +
          'con gente, la casa de alguien, la calle. [Llama|Llame|Llamá] a emergencias en cuanto ' +
          '[puedas|pueda]; si no [puedes|puede|podés] hablar, un mensaje corto a alguien de confianza ' +
          'también sirve.',
        '[Cuida|Cuide|Cuidá] primero de estar fuera de su alcance. Emergencias puede ir a ' +
          'buscar[te|le]; [di|diga|decí] la dirección antes que nada.',
      ],
    },
    harming: {
      'not-safe': [
        'Gracias por la franqueza. [Sal|Salga|Salí] de ahí ahora, aunque sea a caminar, y ' +
          '[deja|deje|dejá] atrás cualquier cosa con la que se pueda herir. Emergencias también está ' +
          'para esto: para que no pase.',
        'Entonces, distancia primero y palabras después. Una llamada a emergencias ahora protege a ' +
          'todo el mundo.',
      ],
    },
    'somebody-else': {
      safe: [
        'Qué alivio. Conviene que no se quede a solas por ahora, y que alguien más lo sepa.',
        'Menos mal. Aun así, que esa persona tenga cerca los números de arriba.',
      ],
      'not-safe': [
        'Entonces es momento de llamar a emergencias y decir dónde está. No [te|le] toca ' +
          'resolverlo a solas.',
        'Con ese peligro, emergencias primero, aunque esa persona se enfade. Después habrá tiempo ' +
          'de explicarlo.',
      ],
      unclear: [
        'Si no se sabe, mejor comprobarlo ya: una llamada, una visita, alguien que viva cerca. ' +
          'Ante la duda, emergencias puede ir a mirar.',
        'La duda también es motivo para actuar: que alguien vaya a verla hoy.',
      ],
      'do-something': [
        'Preguntarle sin rodeos si piensa en morir no le mete la idea en la cabeza; suele aliviar. ' +
          'Escuchar sin discutir, no dejarla a solas y buscar ayuda juntos.',
        'Yo no puedo avisar a nadie, pero [tú|usted|vos] sí: a su familia, a quien viva cerca, o a ' +
          'emergencias si el riesgo es ahora.',
      ],
      alone: [
        'Es mucho para llevarlo sin ayuda. Las líneas también atienden a quien acompaña.',
        'No tiene por qué depender todo de [ti|usted|vos]; en esas líneas orientan a quien está al lado.',
      ],
    },
  },
};
