import type { Rule } from '../rule.ts';

const FAMILY = `(?:mama|madre|papa|padre|vieja|viejo|hermano|hermana|hijo|hija|hijos|hijas|padres|
  hermanos|abuelo|
    abuela|tio|tia|primo|prima|suegra|suegro|familia)`;
const PARTNER = '(?:novio|novia|marido|esposo|esposa|mujer|pareja|ex)';

/** Tried on each clause. 6: people; 5: themes; 4: thoughts and memories; 3: turns of speech. */
export const RULES_OF_WORLD_SPANISH: readonly Rule[] = [
  {
    rank: 6,
    patterns: [`((?:mi|mis) ${FAMILY})(?: .*)?`],
    replies: [
      '¿Cómo es [tu|su] relación con {1}?',
      '[Cuéntame|Cuénteme|Contame] algo más de {1}.',
      'Cuando [piensas|piensa|pensás] en {1}, ¿qué aparece primero?',
      '¿Qué [te|le] gustaría poder decir a {1}?',
      '¿Eso que pasa en [tu|su] familia es reciente o viene de lejos?',
      '¿Y [tú|usted|vos], qué lugar [ocupas|ocupa|ocupás] en todo eso?',
    ],
  },
  {
    rank: 6,
    patterns: [
      `(?:mi|mis) (${PARTNER})(?: .*)?`,
      '(?:estoy enamorad[oa]|me gusta (?:un|una|alguien)|me enamore|mi relacion)',
    ],
    replies: [
      '¿Qué es lo que más importa en esa relación ahora?',
      '¿Qué [te|le] gustaría que fuera distinto entre ustedes?',
      '¿Han podido hablar de eso a solas?',
      '¿Qué parte de esta historia no [has|ha] contado todavía?',
    ],
  },
  {
    rank: 6,
    patterns: [
      `(?:mi|mis|un|una|el|la) (?:mejor )?(amig[oa]s?|companer[oa]s?|jef[ea]|vecin[oa]s?|profesor[a]?|
        profe)(?: .*)?`,
    ],
    replies: [
      '¿Qué papel tiene esa persona en lo que [cuentas|cuenta|contás]?',
      '¿Cómo [te quedas|se queda|te quedás] después de estar con esa persona?',
      '¿Qué [crees|cree|creés] que ve la otra parte?',
    ],
  },
  {
    rank: 5,
    patterns: [
      '(?:no puedo) (.+)',
      'no logro (.+)',
      'me cuesta (.+)',
      'no consigo (.+)',
      'no soy capaz de (.+)',
    ],
    replies: [
      '¿Qué es lo que hace tan difícil {1}?',
      '¿Hubo un tiempo en que {1} era más fácil?',
      '¿Qué pasaría si por ahora no hubiera que lograrlo?',
      '¿Qué sería un primer paso muy pequeño?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:quiero|quisiera|me gustaria|desearia|necesito|ojala pudiera|tengo ganas de|sueno con|
        espero) (?:poder )?([a-z]*(?:ar|er|ir)(?:me|lo|la|los|las|se)?(?: .+)?)`,
    ],
    replies: [
      '¿Qué cambiaría en [tu|su] vida con eso: {1}?',
      '¿Qué [te|le] acerca a ese deseo, y qué [te|le] aleja?',
      '¿Desde cuándo [quieres|quiere|querés] {1}?',
      '¿Cómo sería el primer día después de conseguirlo?',
    ],
  },
  {
    rank: 5,
    patterns: [
      '(?:tengo que|debo|deberia|hay que|tendria que) ([a-z]*(?:ar|er|ir)(?:me|lo|la|los|las|se)?(?: .+)?)',
    ],
    replies: [
      '¿De dónde viene ese «tengo que»?',
      '¿Y qué pasaría si no fuera obligatorio {1}?',
      'Entre lo que toca y lo que [quieres|quiere|querés], ¿cuánta distancia hay?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:(?:usted |tu |vos )?que (?:haria|harias|hago|debo hacer|deberia hacer|puedo hacer|harias|
        me aconsejas|me recomiendas)|
        como (?:hago|puedo|supero|dejo|le digo|se supera)|(?:dame|necesito|quiero) (?:un )?consejos?|
        me (?:puedes|podrias|podes|puede) (?:ayudar|aconsejar)|(?:vos |tu |usted )?(?:podes|puedes|
        podrias|puede|podria) (?:usted |vos )?(?:ayudarme|aconsejarme|escucharme)|(?:necesito|
        quiero) (?:tu |su )?ayuda|
        ayudame|ayudeme)(?: .*)?`,
    ],
    replies: [
      'Consejos no sé dar, pero sí ayudar a mirarlo. ¿Qué opciones [has|ha] pensado ya?',
      'Aquí estoy. ¿Qué está pasando?',
      '¿Qué le [dirías|diría] a una amiga que [te|le] hiciera esa misma pregunta?',
      'Vamos por partes: ¿qué es lo más urgente y qué puede esperar?',
    ],
  },
  {
    rank: 5,
    patterns: [
      '(?:el|mi|del|al|en el|de) (?:trabajo|laburo|curro|empleo|oficina)',
      '(?:me toca|ir a|para) trabajar|mi jefe|mis jefes',
    ],
    replies: [
      '¿Qué es lo que más pesa del trabajo estos días?',
      '¿Y cómo [llegas|llega|llegás] a casa después?',
      '¿Qué haría que el lunes costara menos?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:examen|examenes|estudi\\w+|universidad|facultad|colegio|escuela|clases|tesis|carrera|notas|
        oposicion\\w*)`,
    ],
    replies: [
      '¿Qué es lo que está en juego para [ti|usted|vos] con los estudios?',
      '¿Lo [haces|hace|hacés] por gusto, por obligación o por alguien?',
      '¿Cómo [te|le] gustaría que terminara este curso?',
    ],
  },
  {
    rank: 5,
    patterns: ['(?:dinero|plata|deudas?|alquiler|hipoteca|facturas|pagar|sueldo|guita|lana)'],
    replies: [
      'El dinero aprieta por muchos sitios. ¿Cuál es la cuenta que más quita el sueño?',
      '¿A quién más toca esa preocupación en casa?',
      '¿Qué se sentiría resuelto si eso estuviera pagado?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:me duele|dolor de|enferm\\w+|hospital|medic[oa]|operacion|operaron|diagnostic\\w+|cancer|
        embaraz\\w+|migra\\w+)(?: .*)?`,
    ],
    replies: [
      'De lo médico no puedo opinar; de cómo se vive, sí quiero saber. ¿Cómo lo [estás|está] llevando?',
      '¿Qué es lo más incierto de todo eso?',
      '¿Quién [te|le] acompaña en esto?',
    ],
  },
  {
    rank: 5,
    patterns: [
      `(?:bebo|tomo|consumo|fumo|me drogo|alcohol|marihuana|cocaina|adicci\\w+|adict[oa]|apuest\\w+|
        borrach\\w+|recaida|recai)(?: .*)?`,
    ],
    replies: [
      '¿Qué suele pasar justo antes?',
      '¿Qué [te|le] da eso, y qué [te|le] quita?',
      '¿Alguien de confianza lo sabe?',
    ],
  },
  {
    rank: 4,
    patterns: [
      `(?:recuerdo|me acuerdo de|me acorde de|no me olvido de|cuando era (?:nin[oa]|chic[oa]|
        pequen[oa]|joven))(?: (.+))?`,
    ],
    replies: [
      '¿Qué trae ese recuerdo hoy?',
      '¿Hay algún olor o sonido en ese recuerdo?',
      '¿Qué le [dirías|diría] a quien [eras|era] entonces?',
    ],
  },
  {
    rank: 4,
    patterns: [
      'me (?:gusta|gustan|encanta|encantan|fascina|apasiona) (?:mucho )?(.+)',
      'disfruto (?:de |mucho )?(.+)',
    ],
    replies: [
      '¿Qué es lo que más [te|le] gusta de {1}?',
      '¿Cuándo fue la última vez que [te diste|se dio] ese gusto?',
      '¿Con quién lo [compartes|comparte|compartís]?',
    ],
  },
  {
    rank: 6,
    patterns: ['(?:creo|pienso|siento|supongo|me parece|imagino) que (.+)'],
    replies: [
      '¿Qué [te|le] hace pensar que {1}?',
      '¿Y si no fuera así, qué cambiaría?',
      '¿Desde cuándo lo [ves|ve] de esa manera?',
      '¿Alguien más lo ve igual?',
    ],
  },
  {
    rank: 4,
    patterns: [
      'no entiendo (?:por que |que |como |a )?(.+)',
      'no se (?:que hacer|como|si|por que|que) ?(.*)',
    ],
    replies: [
      '¿Qué parte sí está clara, aunque sea pequeña?',
      '¿Qué [necesitarías|necesitaría] saber para decidir?',
      'Se puede no saber durante un tiempo. ¿Qué es lo que apura?',
    ],
  },
  {
    rank: 3,
    patterns: ['(?:siempre|nunca|jamas|todo el mundo|todos|nadie|nada)(?: .*)?'],
    replies: [
      '¿Hay alguna excepción, por pequeña que sea?',
      '¿Cuál fue la última vez que pasó?',
      '¿Y hubo un antes, cuando era distinto?',
    ],
  },
  {
    rank: 3,
    patterns: ['porque (.+)'],
    replies: [
      '¿Es ésa la razón principal, o hay otra debajo?',
      'Entiendo el motivo. ¿Y qué hay del resto?',
      '¿Qué otra explicación [se te ocurre|se le ocurre]?',
    ],
  },
  {
    rank: 3,
    patterns: ['(?:por que|para que) (.+)'],
    replies: [
      'Es una buena pregunta, y no tengo la respuesta. ¿Qué [sospechas|sospecha|sospechás]?',
      '¿Qué cambiaría si [supieras|supiera] por qué?',
    ],
  },
  {
    rank: 3,
    patterns: ['(?:estoy|ando) ([a-z]+(?:ando|iendo|yendo)(?:me)?(?: .+)?)'],
    replies: [
      '¿Cómo [te|le] resulta {1}?',
      '¿Y qué [te|le] gustaría que saliera de ahí?',
      '¿Hace mucho que [estás|está] en eso?',
    ],
  },
];
