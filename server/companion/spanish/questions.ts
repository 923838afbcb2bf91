import type { Rule } from '../rule.ts';

const PLEASE = `(?:(?:oye|oiga|che|por favor|bueno|hola|a ver|y|pero|entonces|me puedes|puedes|podes|
  podrias|puede|
    me podrias|podria|quiero que|necesito que|ayudame a|ayudeme a) )*`;

/** Greetings, and what is asked of it or about it. Tried on the whole message, in this order. */
export const QUESTIONS_SPANISH: readonly Rule[] = [
  {
    rank: 0,
    patterns: [
      `^(?:(?:muy )?(?:hola+|holi+s?|buenas+|buenos dias|buen dia|buenas tardes|buenas noches|que tal|
        ey|hey|saludos|alo|que onda|que hubo|quiubo|como va|hello|hi)[ ,!.]*)+(?:hilo|a todos|amigo|
        amiga|che|companero)?$`,
    ],
    replies: [
      '¿Qué [te|le] trae por aquí?',
      'Hola otra vez. ¿Por dónde [quieres|quiere|querés] empezar?',
      'Aquí estoy. ¿Qué hay en [tu|su] cabeza en este momento?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:hola[ ,]*)?(?:y )?(?:como (?:estas|esta|andas|anda|te va|le va|vas|te encuentras|
        te sientes)|que tal(?: estas| esta| todo| andas)?|todo bien|como va todo|y (?:tu|vos|
        usted))(?: (?:hoy|vos|tu|usted|che))?$`,
    ],
    replies: [
      'Un programa no tiene días buenos ni malos, pero gracias por preguntar. ¿Y [tú|usted|vos], ' +
        'cómo [estás|está]?',
      'Aquí, con atención. ¿Y [tu|su] día, cómo va?',
      'Sin novedades de este lado. Me interesa más lo [tuyo|suyo]: ¿cómo [llegas|llega|llegás] a ' +
        'este momento?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:muchas |mil |muchisimas |ok |vale |bueno )*(?:gracias|te agradezco|le agradezco|grax|
        thanks)(?: .{0,40})?$`,
    ],
    replies: [
      'No hay de qué. ¿Queda algo que [quieras|quiera] dejar dicho?',
      'Gracias a [ti|usted|vos] por contarlo. ¿Seguimos?',
      'Un gusto. Si [quieres|quiere|querés] volver sobre algo, aquí hay sitio.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:bueno |ok |vale |gracias )*(?:adios|chau+|chao|hasta (?:luego|manana|pronto|la vista|
        la proxima)|nos vemos|me (?:voy|tengo que ir)(?: a dormir| ya| ahora)?|
        buenas noches hasta manana|bye|un abrazo)(?: .{0,30})?$`,
    ],
    replies: [
      'Hasta pronto. Gracias por este rato de conversación.',
      'Que [te|le] vaya bien. Esta puerta queda abierta cuando haga falta.',
      '[Cuídate|Cuídese|Cuidate] mucho. Hasta la próxima.',
    ],
  },
  {
    rank: 0,
    saysWhatItIs: true,
    patterns: [
      `^(?:y |pero |oye |che |hola )*(?:tu |vos |usted )?(?:quien|que) (?:eres|sos|es usted|es esto|
        es hilo)(?: (?:tu|vos|usted|exactamente|realmente))?$`,
      `^(?:y |pero |oye |che |hola |entonces )*(?:tu |vos |usted )?(?:eres|sos|es usted|es|es esto|
        seras) (?:tu |vos )?(?:un |una |el |la )?(?:bot|robot|maquina|persona|humano|humana|ia|
        inteligencia artificial|programa|chatbot|chatgpt|gpt|modelo|modelo de lenguaje|real|
        ser humano|persona real|llm|eliza)(?: .{0,40})?$`,
      `^(?:estoy )?(?:hablo|hablando|chateo|chateando) con (?:una|un) (?:persona|maquina|bot|robot|
        humano|ia|programa)(?: .{0,30})?$`,
      '^(?:hay )?(?:alguien|una persona) (?:ahi|detras|del otro lado|real)(?: .{0,30})?$|^estas ahi$',
      '^que modelo (?:eres|usas|sos|tienes)$',
      '^(?:como|cual) (?:te llamas|se llama|es (?:tu|su) nombre)(?: usted)?$',
      '^tienes (?:nombre|sentimientos|emociones|conciencia|alma)$',
    ],
    replies: [
      'Un programa, no una persona: el acompañante sin conexión de Hilo. Trabajo con reglas ' +
        'escritas a mano, que devuelven en forma de pregunta lo que [me dices|me dice|me decís]. No ' +
        'entiendo como entiende alguien de carne y hueso.',
      'No hay nadie humano de este lado, ni tampoco un modelo de lenguaje. Soy un puñado de reglas ' +
        'con buena intención.',
      'Sigo siendo el acompañante sin conexión: sin cuerpo, sin opiniones, y con paciencia de sobra.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,30} )?(?:eres|sos|es usted|es) (?:un |una )?(?:psicolog[oa]|terapeuta|medic[oa]|doctor|
        doctora|psiquiatra)(?: .{0,30})?$`,
    ],
    saysWhatItIs: true,
    replies: [
      'No. No soy terapeuta ni sustituyo a uno: escucho y pregunto. Para un acompañamiento de ' +
        'verdad hace falta una persona.',
      'No soy profesional de nada: soy un programa que acompaña un rato. Si ' +
        '[necesitas|necesita|necesitás] algo más, [mereces|merece|merecés] a alguien con formación.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,20} )?(?:que|en que) (?:puedes|podes|puede|sabes|sabe) (?:usted )?(?:hacer|
        ayudar(?:me)?)(?: .{0,30})?$`,
      `^(?:como funcionas|como funciona(?: esto)?|para que (?:sirves|servis|sirve)(?: esto)?|
        que haces|que hace(?: usted)?|ayuda|help|instrucciones|menu|opciones)$`,
      `^(?:como|por que) (?:conecto|conectar|se conecta|configuro|no hay|no tienes) (?:un |el |
        ningun )?modelo.*$`,
      '^(?:cuando|por que) (?:vuelve|estara|esta|no esta) (?:el |disponible el )?(?:modelo|la ia).*$',
    ],
    replies: [
      'Escuchar, devolver[te|le] lo que [dices|dice|decís] con otras palabras y preguntar. Nada de ' +
        'datos, código ni traducciones mientras no haya un modelo; quien administra este servidor ' +
        'puede conectarlo (Ollama o una API compatible). ¿De qué [te|le] gustaría hablar?',
      'Sirvo para pensar en voz alta: [tú cuentas|usted cuenta|vos contás] y yo pregunto. Cuando ' +
        'haya un modelo conectado, responderá él en mi lugar. ¿Qué tema [tienes|tiene|tenés] en ' +
        'mente?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^${PLEASE}(?:escrib(?:e|eme|ime|ir|as|a)|haz(?:me)?|hace(?:me)?|hacer|hagas|genera(?:me|r)?|
        crea(?:me|r)?|program(?:a|ame|ar)|corrig(?:e|eme)|corregi(?:r|me)?|revisa(?:me)?|redacta(?:me|
        r)?|dibuja(?:me|r)?|arregla(?:me)?|depura|resume(?:me)?|resumi(?:r|me)?) (?:un|una|el|la|los|
        las|este|esta|mi|codigo|unos|algo|en|me) ?.*(?:codigo|funcion|script|programa|poema|cuento|
        carta|correo|email|ensayo|texto|cancion|resumen|articulo|lista|tabla|imagen|dibujo|logo|clase|
        consulta|sql|python|javascript|typescript|html|css|regex|receta|plan|chiste|bug|error|tarea|
        informe|historia|cv|curriculum).*$`,
      `^${PLEASE}(?:traduc\\w*|traduzca|como se dice|que significa|define|defini|definicion de|
        resuelve|resolve|calcula\\w*|cuanto (?:es|son|da)|convierte|deletrea|conjuga|resume\\w*|
        resumi\\w*|dibuja\\w*|busca\\w*|googlea) .*$`,
      `^.*(?:python|javascript|typescript|react|docker|kubernetes|linux|regex|sql|java|html|css|git|
        npm|api rest|algoritmo|excel)(?![a-z]).*$`,
    ],
    replies: [
      'Eso le toca a un modelo, y ahora mismo no hay ninguno conectado; si lo intentara yo, ' +
        'saldría mal. Lo que sí puedo es escuchar y ayudar a ordenar ideas. ¿Para qué lo ' +
        '[necesitas|necesita|necesitás]?',
      'Sin un modelo detrás no puedo hacerlo, y prefiero decirlo a inventar. Cuando vuelva a haber ' +
        'uno, [pídeselo|pídaselo|pedíselo] tal cual. ¿Mientras tanto [quieres|quiere|querés] pensar ' +
        'en voz alta cómo lo [harías|haría]?',
      'Tampoco esto está a mi alcance: sólo tengo reglas para conversar. ¿Qué parte es la que ' +
        '[te|le] tiene atascada la cabeza?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^${PLEASE}(?:(?:sabes |sabe |dime |digame |decime )?(?:cual|cuales|quien|quienes|cuando|cuanto|
        cuantos|cuanta|cuantas|donde) (?:es|son|fue|fueron|era|eran|esta|queda|hay|mide|pesa|vale|
        cuesta|nacio|murio|gano|invento|descubrio|escribio|anos|habitantes|tiempo|dias)|que (?:hora|
        dia|fecha|tiempo|temperatura) (?:es|hace|tenemos)|que es (?:un|una|el|la|los)|
        hablame de la historia|capital de|explica\\w* (?:que|el|la|como|los|las)) .*$`,
      `^${PLEASE}(?:que (?:hora|dia|fecha|tiempo|temperatura) (?:es|hace|hay)(?: hoy| ahora)?|(?:dame|
        dime|contame|cuentame) (?:las )?noticias|(?:va a |hoy )llueve.*|cual es la capital.*)$`,
    ],
    replies: [
      'No tengo cómo saberlo: sin un modelo conectado, no sé datos del mundo. Preguntas sobre ' +
        '[ti|usted|vos], en cambio, sí sé hacer. ¿Por qué [te|le] interesa eso?',
      'Me falta ese conocimiento, y no quiero inventarlo. Un modelo podría contestar; yo sólo ' +
        'acompaño mientras tanto. ¿De dónde viene la pregunta?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^.*(?:(?:puedo|debo|deberia|conviene) (?:tomar(?:me)?|dejar(?:me)?|mezclar|dejar de tomar|
        subir|bajar|combinar|aumentar) .*(?:pastilla|medic|dosis|ansiol|antidepres|sertralina|
        fluoxetina|clonazepam|ibuprofeno|paracetamol|alprazolam|lorazepam|escitalopram|litio|
        diazepam)|(?:que|cuanto|cuanta) (?:medicamento|dosis|pastilla|remedio|sertralina|clonazepam|
        ibuprofeno|paracetamol)s? .*(?:tomo|tomar|debo|recomiendas|recomienda)).*$`,
      `^(?:.* )?(?:crees que|sera que|como se si|puede que) (?:yo )?(?:tengo|tenga|es|
        sea) (?:depresion|ansiedad|bipolar|tdah|autis|un trastorno|esquizo).*$`,
      '^.*(?:diagnosticame|me diagnosticas|que trastorno tengo|que enfermedad tengo).*$',
    ],
    replies: [
      'De medicinas y diagnósticos no puedo aconsejar: eso es para quien [te|le] atiende, o para ' +
        'una farmacia si corre prisa. Lo que sí puedo es escuchar cómo [lo llevas|lo lleva|lo ' +
        'llevás]. ¿Qué [notas|nota|notás] últimamente?',
      'Ahí no debo opinar; un médico o una farmacéutica sí. ¿Qué es lo que más [te|le] preocupa de eso?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^.*(?:(?:se lo |le )?(?:vas|va) a (?:contar|decir) (?:a alguien|esto)|(?:guardas|guardame|
        puedes guardar|guarda) (?:un |el )?secreto|esto (?:es|queda) (?:confidencial|entre nosotros|
        privado|secreto)|es (?:esto )?(?:confidencial|privado|anonimo)|quien (?:lee|ve|puede (?:leer|
        ver)) (?:esto|lo que escribo)|guardas? lo que (?:te )?(?:digo|escribo|cuento)).*$`,
    ],
    replies: [
      'No puedo prometer secreto. Yo no se lo cuento a nadie, pero quien administra este servidor ' +
        'puede guardar las conversaciones; conviene preguntárselo. ¿Qué [te|le] preocuparía que se ' +
        'supiera?',
      'Eso depende de quién lleva este servidor, no de mí, así que no lo aseguro. ' +
        '[Cuenta|Cuente|Contá] sólo lo que [te|le] parezca bien contar aquí.',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,25} )?(?:cuenta(?:me)?|conta(?:me)?|cuente(?:me)?|dime|decime|sabes|hazme|haceme) (?:un |
        algun |otro |una )?(?:chiste|
        broma|historia|cuento|algo (?:gracioso|divertido|interesante)|adivinanza)s?(?: .{0,20})?$`,
    ],
    replies: [
      'Me sé exactamente un chiste, y soy yo contestando preguntas sin modelo. Mejor al revés: ¿qué es lo ' +
        'último que [te|le] hizo reír?',
      'Historias propias no tengo; se me acabarían en dos frases. Las [tuyas|suyas] sí me interesan: ¿cuál ' +
        '[contarías|contaría] primero?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:(?:y|pero|oye|che|tu|vos|usted) )*(?:que )?(?:opinas|opina|piensas|pensas|crees) (?:tu |
        vos |usted )?(?:de|sobre|en) .*$`,
      `^(?:(?:y|pero|oye|che|tu|vos|usted|a ti|a vos) )*(?:te (?:gusta|gustan|gustaria|sientes|
        aburres)|(?:tienes|tenes|tiene usted) (?:amigos|familia|hijos|novi[oa]|edad|miedo|hambre)|
        (?:suenas|duermes|comes|vives|cuantos anos tienes)) ?.*$`,
    ],
    replies: [
      'Gustos y opiniones no tengo: no hay nadie aquí dentro a quien le pase nada. ¿Y a [ti|usted|vos]?',
      'Si dijera que sí, sería inventado, y si dijera que no, también. ¿Qué ' +
        '[responderías|respondería] [tú|usted|vos]?',
    ],
  },
  {
    rank: 0,
    patterns: [
      `^(?:.{0,25} )?(?:hablas|habla|sabes|hablan|puedes hablar|
        entiendes) (?:usted )?(?:en )?(?:ingles|espanol|castellano|frances|aleman|portugues|italiano|
        catalan|otros idiomas|idiomas)(?: .{0,20})?$`,
      '^que idiomas .*$|^(?:en )?(?:espanol|castellano)(?: por favor)?$',
    ],
    replies: [
      'Hablo español e inglés, y respondo en el que [me escribas|me escriba]. ¿Sobre qué conversamos?',
      'Español o inglés, [tú eliges|usted elige|vos elegís]. ¿Qué [quieres|quiere|querés] contar?',
    ],
  },
];
