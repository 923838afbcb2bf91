import { fold } from '../text.ts';

/** One meaning in the persons that a conversation needs: I, and the three ways to say "you" to one person. */
export interface VerbForms {
  readonly yo: string;
  readonly tú: string;
  readonly usted: string;
  readonly vos: string;
}

type StemChange = 'ie' | 'ue' | 'i' | 'none';

const REGULAR = `
  abandonar abrazar aceptar acompañar acabar adorar admirar ahogar alegrar alejar amar andar-no apagar
  aprovechar arreglar
  ayudar bailar bajar besar buscar callar cambiar caminar cansar cantar celebrar cenar charlar cocinar
  comprar conectar
  contestar controlar crear criar culpar cuidar dejar desayunar descansar desear dibujar disfrutar
  dudar echar empujar
  enamorar encontrar-no enfadar enojar ensayar entrar entregar esperar estudiar evitar explicar
  extrañar fallar fumar
  ganar gastar gritar guardar gustar hablar imaginar intentar irritar lamentar lavar levantar limpiar
  llamar llegar llenar
  llevar llorar luchar mandar mejorar mirar molestar nadar necesitar odiar olvidar pagar parar pasar
  pelear perdonar
  preguntar preocupar preparar presionar prestar quedar quejar quitar regresar renunciar rezar sacar
  separar señalar
  soportar suspirar terminar tocar tomar trabajar tratar usar viajar visitar aguantar angustiar
  estresar frustrar
  aprender beber comer comprender correr creer-no deber depender esconder esperar leer-no meter
  responder romper temer
  vender abrir admitir asistir compartir confundir cumplir decidir describir descubrir discutir
  escribir existir insistir
  permitir recibir subir sufrir unir vivir
`;
const CHANGING = `
  acordar:ue acostar:ue almorzar:ue apostar:ue cerrar:ie comenzar:ie confesar:ie contar:ue costar:ue
  defender:ie
  despertar:ie devolver:ue doler:ue dormir:ue empezar:ie encender:ie encontrar:ue entender:ie
  extender:ie jugar:ue
  llover:ue mentir:ie morir:ue mostrar:ue mover:ue negar:ie pedir:i pensar:ie perder:ie poder:ue preferir:ie
  probar:ue querer:ie recordar:ue repetir:i resolver:ue sentar:ie sentir:ie servir:i soler:ue soltar:ue
  soñar:ue
  sugerir:ie tropezar:ie vestir:i volar:ue volver:ue
`;
/** yo, tú, usted, vos; what no rule gives. */
const IRREGULAR = `
  soy eres es sos, estoy estás está estás, voy vas va vas, tengo tienes tiene tenés, hago haces hace hacés,
  digo dices dice decís, sé sabes sabe sabés, doy das da das, veo ves ve ves, vengo vienes viene venís,
  pongo pones pone ponés, salgo sales sale salís, oigo oyes oye oís, he has ha has,
  conozco conoces conoce conocés,
  parezco pareces parece parecés, merezco mereces merece merecés, agradezco agradeces agradece agradecés,
  sigo sigues sigue seguís, elijo eliges elige elegís, creo crees cree creés, leo lees lee leés,
  traigo traes trae traés,
  caigo caes cae caés, huyo huyes huye huís, consigo consigues consigue conseguís,
  mantengo mantienes mantiene mantenés,
  fui fuiste fue fuiste, estuve estuviste estuvo estuviste, tuve tuviste tuvo tuviste,
  hice hiciste hizo hiciste,
  dije dijiste dijo dijiste, pude pudiste pudo pudiste, quise quisiste quiso quisiste,
  supe supiste supo supiste,
  puse pusiste puso pusiste, vine viniste vino viniste, traje trajiste trajo trajiste, vi viste vio viste,
  creí creíste creyó creíste, leí leíste leyó leíste, caí caíste cayó caíste, iré irás irá irás,
  tendré tendrás tendrá tendrás,
  haré harás hará harás, podré podrás podrá podrás, seré serás será serás, estaré estarás estará estarás,
  diré dirás dirá dirás, querré querrás querrá querrás, sabré sabrás sabrá sabrás,
  saldré saldrás saldrá saldrás,
  di diste dio diste, ando andas anda andás
`;
/** The same for I and for he or she: told apart by what stands around them. */
const SHARED = `
  era eras era eras, iba ibas iba ibas, estaba estabas estaba estabas, tenía tenías tenía tenías,
  había habías había habías,
  hacía hacías hacía hacías, decía decías decía decías, podía podías podía podías,
  quería querías quería querías,
  sabía sabías sabía sabías, veía veías veía veías, quisiera quisieras quisiera quisieras,
  podría podrías podría podrías, haría harías haría harías, tendría tendrías tendría tendrías,
  sería serías sería serías,
  estaría estarías estaría estarías, debería deberías debería deberías
`;

/** First-person forms, without accents → every person of them. */
export const FIRST_PERSON: ReadonlyMap<string, VerbForms> = byForm(allForms(), 'yo');
/** Forms for tú and vos, without accents → every person of them. */
export const SECOND_PERSON: ReadonlyMap<string, VerbForms> = new Map([
  ...byForm(allForms(), 'vos'),
  ...byForm(allForms(), 'tú'),
]);
/** Forms that "I" and "she" share, without accents. */
export const SHARED_PERSON: ReadonlyMap<string, VerbForms> = byForm(
  [...rows(SHARED), ...infinitives().flatMap(({ infinitive }) => sharedForms(infinitive))],
  'yo',
);

function allForms(): VerbForms[] {
  // What is irregular comes last, so that it wins over what a rule would make of the same letters.
  return [
    ...infinitives().flatMap(({ infinitive, change }) => conjugate(infinitive, change)),
    ...rows(IRREGULAR),
  ];
}

function infinitives(): { infinitive: string; change: StemChange }[] {
  const regular = tokens(REGULAR).filter((word) => !word.endsWith('-no'));
  const changing = tokens(CHANGING).map((entry) => {
    const [infinitive = '', change = 'none'] = entry.split(':');
    return { infinitive, change: change as StemChange };
  });
  return [...regular.map((infinitive) => ({ infinitive, change: 'none' as StemChange })), ...changing];
}

function conjugate(infinitive: string, change: StemChange): VerbForms[] {
  const stem = infinitive.slice(0, -2);
  const ending = infinitive.slice(-2);
  const strong = changed(stem, change);
  const isAr = ending === 'ar';
  const vowel = isAr ? 'a' : 'e';
  const present: VerbForms = {
    yo: `${strong}o`,
    tú: `${strong}${vowel}s`,
    usted: `${strong}${vowel}`,
    vos: `${stem}${isAr ? 'ás' : ending === 'er' ? 'és' : 'ís'}`,
  };
  const weak = ending === 'ir' ? weakened(stem, change) : stem;
  const past: VerbForms = isAr
    ? { yo: `${softened(stem)}é`, tú: `${stem}aste`, usted: `${stem}ó`, vos: `${stem}aste` }
    : { yo: `${stem}í`, tú: `${stem}iste`, usted: `${weak}ió`, vos: `${stem}iste` };
  const future: VerbForms = {
    yo: `${infinitive}é`,
    tú: `${infinitive}ás`,
    usted: `${infinitive}á`,
    vos: `${infinitive}ás`,
  };
  return [past, future, present];
}

function sharedForms(infinitive: string): VerbForms[] {
  const stem = infinitive.slice(0, -2);
  const imperfect = infinitive.endsWith('ar') ? `${stem}aba` : `${stem}ía`;
  return [imperfect, `${infinitive}ía`].map((yo) => ({ yo, tú: `${yo}s`, usted: yo, vos: `${yo}s` }));
}

function changed(stem: string, change: StemChange): string {
  if (change === 'none') return stem;
  const at = Math.max(stem.lastIndexOf(change === 'ue' ? 'o' : 'e'), stem === 'jug' ? 1 : -1);
  return at < 0 ? stem : stem.slice(0, at) + change + stem.slice(at + 1);
}

/** "sintió", "durmió": what is left of the change in the past of verbs in -ir. */
function weakened(stem: string, change: StemChange): string {
  if (change === 'none') return stem;
  const from = change === 'ue' ? 'o' : 'e';
  const at = stem.lastIndexOf(from);
  return at < 0 ? stem : stem.slice(0, at) + (from === 'o' ? 'u' : 'i') + stem.slice(at + 1);
}

/** "busqué", "pagué", "empecé". */
function softened(stem: string): string {
  return stem.replace(/c$/u, 'qu').replace(/g$/u, 'gu').replace(/z$/u, 'c');
}

function rows(table: string): VerbForms[] {
  return table.split(',').map((row) => {
    const [yo = '', tú = '', usted = '', vos = ''] = tokens(row);
    return { yo, tú, usted, vos };
  });
}

function byForm(forms: readonly VerbForms[], person: keyof VerbForms): Map<string, VerbForms> {
  return new Map(forms.map((form) => [fold(form[person]), form]));
}

function tokens(list: string): string[] {
  return list.split(/\s+/u).filter((word) => word !== '');
}
