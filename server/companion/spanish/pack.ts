import type { Pack } from '../rule.ts';
import { QUESTIONS_SPANISH } from './questions.ts';
import { REMARKS_SPANISH } from './remarks.ts';
import { RULES_OF_SELF_SPANISH } from './rules-self.ts';
import { RULES_OF_WORLD_SPANISH } from './rules-world.ts';

export const PACK_SPANISH: Pack = {
  introduction:
    'Soy el acompañante sin conexión de Hilo: un programa sencillo, no una persona, y ahora mismo ' +
    'no hay ningún modelo de lenguaje detrás. No soy terapeuta; sé escuchar y hacer preguntas.',
  hello: 'Hola.',
  afterIntroduction: [
    'Trabajo con reglas escritas a mano y con lo que [me cuentes|me cuente]. ¿Qué [te|le] gustaría ' +
      'contar o probar?',
    'Eso es todo lo que hay detrás. ¿Y quién escribe de ese lado?',
  ],
  smallTalk: [...QUESTIONS_SPANISH, ...REMARKS_SPANISH],
  rules: [...RULES_OF_SELF_SPANISH, ...RULES_OF_WORLD_SPANISH],
  memorable: [
    `((?:mi|mis) (?:mama|madre|papa|padre|hermano|hermana|hijo|hija|hijos|padres|pareja|novio|novia|
      marido|esposo|esposa|mujer|jefe|jefa|trabajo|amigo|amiga|abuelo|abuela|perro|gato|familia|casa|
      examen|tesis|ex) .+)`,
    '((?:quiero|necesito|tengo que|extrano|tengo miedo de|me preocupa|no puedo|me cuesta|me gusta) .+)',
  ],
  memory: [
    'Antes [dijiste|dijo] que {1}. ¿Cómo sigue eso?',
    'Vuelvo a algo de hace un rato: {1}. ¿Ha cambiado algo desde entonces?',
    'Me quedó presente otra cosa que [contaste|contó]: {1}. ¿[Quieres|Quiere|Querés] seguir por ahí?',
  ],
  topics: [
    [
      '(?:mi|mis) (?:mama|madre|papa|padre|padres|hermano|hermana|familia|hijo|hija|hijos|abuela|abuelo)',
      '[tu|su] familia',
    ],
    ['(?:mi|mis) (?:novio|novia|pareja|marido|esposo|esposa|mujer|ex)', '[tu|su] pareja'],
    ['(?:trabajo|oficina|jefe|jefa|empleo|laburo|curro)', 'el trabajo'],
    ['(?:estudi\\w+|universidad|facultad|examen|examenes|escuela|tesis)', 'los estudios'],
    ['(?:dinero|plata|deudas?|alquiler|hipoteca)', 'el dinero'],
    ['(?:amig[oa]s?)', 'las amistades'],
    ['(?:duermo|dormir|insomnio|sueno)', 'el sueño'],
    ['(?:enferm\\w+|hospital|medic[oa]|dolor)', 'la salud'],
    ['(?:sol[oa]|soledad)', 'la soledad'],
    ['(?:miedo|ansiedad|nervios)', 'el miedo'],
  ],
  and: 'y',
  longTopics: [
    'He leído todo, y gracias por tomar[te|se] el tiempo. Aparecen {1}. ¿Qué es lo que más pesa ' +
      'hoy de todo ello?',
    'Hay mucho ahí: {1}. Si hubiera que empezar por un solo hilo, ¿cuál sería?',
    'Todo eso junto, {1}, es mucho para llevar a la vez. ¿Qué parte no puede esperar?',
  ],
  long: [
    'He leído todo hasta el final; gracias por tomar[te|se] el tiempo. ¿Qué frase de las ' +
      '[tuyas|suyas] es la que más importa?',
    'Es mucho para un solo mensaje, y está bien así. ¿Cuál sería el corazón de todo eso?',
    'Hay varias cosas entrelazadas. ¿Por cuál [quieres|quiere|querés] empezar?',
  ],
  repeated: [
    'Es lo mismo de antes, palabra por palabra; quizá no lo entendí. ¿Qué es lo que ' +
      '[esperas|espera|esperás] que escuche ahí?',
    'Lo [repites|repite|repetís], así que debe de importar. ¿Qué hay en eso que no he sabido recoger?',
    'Otra vez esas palabras. Si las [cambiaras|cambiara] por otras, ¿cuáles serían?',
    'Sigo leyendo lo mismo. No hay prisa: cuando [quieras|quiera], por otro camino.',
  ],
  question: [
    'No tengo respuesta para eso: sin un modelo, sólo sé conversar. ¿Qué [te|le] lleva a preguntarlo?',
    'Ojalá lo supiera. Si hubiera que responder ya, ¿qué [dirías|diría] [tú|usted|vos]?',
    'Esa pregunta queda mejor en [tus|sus] manos que en las mías. ¿Qué hay detrás de ella?',
    'No sabría decirlo. ¿Qué respuesta [te|le] aliviaría?',
  ],
  neutral: [
    '[Cuéntame|Cuénteme|Contame] un poco más.',
    '¿Qué significa eso para [ti|usted|vos]?',
    '¿Cómo [te|le] hace sentir?',
    '[Te|Le] sigo. ¿Qué pasó después?',
    '¿Me [darías|daría] un ejemplo?',
    '¿Y qué es lo más importante de lo que [dices|dice|decís]?',
    'Entiendo. ¿Qué más hay alrededor de eso?',
    '¿Qué [te|le] gustaría que pasara?',
    '[Sigue|Siga|Seguí], por favor; leo con atención.',
  ],
  emojiSad: [
    'Veo esa cara triste. ¿Qué hay detrás?',
    'A veces un dibujo dice más que una frase. ¿Qué [te|le] pasa?',
    'Aquí estoy, también sin palabras. Cuando [puedas|pueda], ¿qué ocurrió?',
  ],
  emojiHappy: [
    'Esa cara alegra. ¿Qué buena noticia hay?',
    '¡Qué bien! ¿Qué [te|le] tiene así?',
    'Se contagia. ¿A qué se debe?',
  ],
  emoji: [
    'Ese símbolo dice algo. ¿Me lo [cuentas|cuenta|contás] con palabras?',
    'Leo dibujos con dificultad. ¿Qué [querías|quería] decir?',
  ],
  garbled: [
    'No consigo leer eso. ¿Me lo [escribes|escribe|escribís] otra vez?',
    'Puede que se hayan cruzado las teclas. ¿Qué [querías|quería] decir?',
    'Ahí no entendí nada, y no pasa nada. ¿Probamos de nuevo?',
  ],
  symbols: [
    'Un silencio también vale. Cuando [quieras|quiera], aquí estoy.',
    'Eso no sé interpretarlo sin palabras. ¿Qué hay en [tu|su] cabeza?',
    'Sin palabras también se puede estar un rato; yo espero.',
  ],
  foreign: [
    'Sólo hablo español e inglés, lo siento. ¿Probamos en uno de los dos? (I only speak Spanish ' +
      'and English.)',
    'Ese idioma no lo conozco; español o inglés, sí. (Spanish or English, please.)',
    'De nuevo me falta el idioma: hay que escribirme en español o en inglés. (Please write in ' +
      'Spanish or English.)',
  ],
};
