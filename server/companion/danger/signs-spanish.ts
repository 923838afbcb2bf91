import { INNOCENT_SPANISH } from './innocent-spanish.ts';
import type { DangerTable } from './sign.ts';

const PARTNER = `(?:ex )?(?:marido|esposo|esposa|mujer|novio|novia|pareja|companero|companera|ex|
  prometido)`;
const FAMILY = `(?:papa|padre|mama|madre|viejo|vieja|padrastro|madrastra|hermano|hermana|hermanastro|
  tio|tia|abuelo|abuela|primo|prima|hijo|hija|cunado|suegro)`;
const OTHERS = '(?:jefe|vecino|profesor|profe|entrenador|casero|cura|cuidador|cuidadora|acosador)';
const NEAR = `mi (?:${PARTNER}|${FAMILY}|${OTHERS})`;
const NEAR_MANY = 'mis (?:padres|papas|viejos|hermanos|companeros|tios|abuelos|hijos)';
const WANT = `(?:quiero|quisiera|queria|deseo|deseaba|necesito|prefiero|preferiria|gustaria|ojala|
  ganas de|voy a|iba a|pienso|pensando en|pienso en|pense en|pensado en|pensar en|merezco|intente|
  intentado|intento|planeo|planeando|pensaba|pensaba en|decidi|decidido|tentado de|idea de|estoy por|
  debo|deberia|dispuesto a|dispuesta a|listo para|lista para|trate de|podria|puedo)`;
const SO = `(?:solo |ya |realmente |simplemente |de verdad |poder |en serio |nada mas |me |es |a veces |
  seriamente |mejor )*`;
const KIN = `(?:mi|mis|un|una) (?:mejor )?(?:amigo|amiga|amigos|hermano|hermana|hijo|hija|novio|novia|
  pareja|marido|esposo|esposa|mujer|mama|madre|papa|padre|primo|prima|companero|companera|tio|tia|
  alumno|alumna|sobrino|sobrina|vecino|vecina)`;
const HIM = '(?:el|la|los|las|le|les)';
const SKIN = `(?:los brazos|el brazo|las munecas|la muneca|las piernas|la pierna|los muslos|el muslo|
  la piel|las venas|la barriga|el abdomen)`;

export const SIGNS_SPANISH: DangerTable = {
  sure: {
    emergency: [
      `(?:me )?(?:tome|trague|he tomado|acabo de tomar(?:me)?|acabo de tragar(?:me)?|me he tomado|
        tomado) (?:todas? (?:las|mis)|(?:un|el) (?:frasco|bote|monton|punado|
        blister)(?: entero)?(?: de)?|muchas|demasiadas|muchisimas|como [a-z0-9]+|veinte|treinta|
        cuarenta) ?(?:mis |las )?(?:pastillas|pildoras|medicamentos|remedios|medicacion|
        paracetamol(?:es)?|ansioliticos|clonazepam(?:es)?|tranquimazin|somniferos|antidepresivos|lejia|
        cloro)?$`,
      '(?:me )?(?:tome|trague|bebi) (?:el |un )?(?:veneno|lejia|cloro|lavandina|raticida)',
      '(?:me acabo de cortar|acabo de cortarme|me corte) las venas|no para de sangrar',
      '(?:tengo|me dio|he hecho) una sobredosis$',
    ],
    suicide: [
      'no seguir viviendo|sentido (?:a|de|en) (?:seguir )?(?:vivir|viviendo|existir)',
      'me canse de (?:vivir|la vida|existir|todo esto|seguir)',
      '(?:por que|porque|para que) sigo (?:viv[oa]|aqui)$',
      `(?:notar|extranar|importar|enterar)(?:me|se|le)? (?:a nadie )?si (?:yo )?(?:me muero|
        desaparezco|falto|me mato)`,
      'suicidarme|(?:me|quiero|voy a|pienso) suicid(?:o|ar|are|aria|e|arme)|suicidaria',
      `(?:pensamientos?|ideas?|ideacion|tendencias?|impulsos?|ganas) (?:de |del )?(?:suicid(?:a|as|io|
        arme|arse|as)|muerte)`,
      `(?:intento|intente|intentos|pensando en|pienso en|pensado en|pense en|planeo|planeando|considero|
        considerando|pensar en|unica salida es) (?:de |el |mi )?suicid(?:io|arme|ar|arse)`,
      '^(?:el )?suicidio$|carta de suicidio|mi suicidio',
      '(?:estoy|soy|me siento|ando) (?:muy |algo )?suicida',
      `${WANT} ${SO}(?:morir(?:me)?|estar muert[oa]|no existir|dejar de existir|no haber nacido|
        no despertar(?:me)?|desvivirme|desvivir|matarme|ahorcarme|colgarme(?! (?:del|de la|un|el|la|en|
        mi))|envenenarme|empastillarme|dispararme|ahogarme(?! en)|electrocutarme)`,
      `me (?:quiero|quisiera|queria|voy a|gustaria|dan ganas de|iba a|puedo|podria|tendria que|
        tengo que|debo) ${SO}(?:morir|matar|suicidar|desvivir|ahorcar|envenenar|empastillar)`,
      '(?:un dia|algun dia|hoy|esta noche|manana|si no [a-z]+|al final) (?:de estos )?me mato',
      'me (?:mate|mataria) (?:hoy|esta noche|ya)|me mato y (?:ya|punto|listo|se acabo)',
      'mejor me (?:mato|muero)|^me (?:mato|voy a matar)$',
      '(?:quitar|sacar|arrancar|quit|saco|quito|quite)(?:me|arme|o)? (?:de )?la (?:propia )?vida',
      'me (?:quito|saco|quitaria|quitare|voy a quitar|quiero quitar) la vida',
      `(?:acabar|terminar|termino|acabo|acabare) (?:de una vez )?con (?:mi (?:propia )?vida|la vida|
        mi existencia|todo)(?! (?:el|lo|los|esto de) )`,
      'poner(?:le)? fin a (?:mi vida|todo|mi existencia|mi sufrimiento)',
      `(?:no|nunca|ni) (?:quiero|deseo|puedo|soporto|aguanto|merezco|tengo ganas de|tengo fuerzas para|
        quisiera|queria|me apetece|me dan ganas de|me gusta) (?:ya |mas |ni )*(?:seguir )?(?:vivir|
        viviendo|existir|existiendo|despertar(?:me)?|con vida)(?! (?:temprano|a las|tan|tarde|al|a los|
        a mi))`,
      'no quiero (?:mas )?(?:la vida|vivir)|no quiero estar (?:mas )?(?:vivo|viva|en este mundo)',
      'no quiero (?:seguir|estar) (?:mas )?(?:aqui|aca|en este mundo) mas',
      'ya no quiero (?:mi vida|esta vida)',
      `(?:sin|perdi(?:do)?(?: todas)?(?: las)?|no tengo|me quitan las|no me quedan|me quito las|
        se me (?:van|fueron|quitaron) las|quedo sin) ganas de (?:vivir|seguir viviendo|estar viv[oa]|
        existir)`,
      `(?:no|ni|ya no) (?:vale|merece|vale la|tiene) (?:la pena |sentido )?(?:vivir|seguir viviendo|
        seguir con vida|estar viv[oa]|esta vida|mi vida)`,
      'la vida no (?:vale|merece)',
      '(?:mi|la) vida (?:ya )?no (?:vale nada|vale la pena|merece la pena|me importa)',
      `(?:para que|por que|de que sirve) (?:seguir |sigo |quiero )?(?:viv(?:ir|o|iendo)|existir|
        existiendo|existo|con vida)$`,
      `(?:no (?:tengo|hay|encuentro|veo)|sin) (?:ninguna |ningun |mas )?(?:razon|razones|motivo|motivos|
        nada) (?:para|por (?:la que|el que|lo que|que)) (?:seguir )?(?:viv\\w+|existir|seguir)`,
      `(?:cansad[oa]|hart[oa]|aburrid[oa]|hast(?:a|io)) de (?:vivir|la vida|mi vida|esta vida|existir|
        estar viv[oa]|seguir viviendo)$`,
      '(?:cansad[oa]|hart[oa]) de (?:vivir|existir|estar viv[oa])',
      `(?:estar|estaria|estaba|sentirme|estare|estarian|estaran|viviria[ns]?|serian) (?:mejor|
        mas felices|mas tranquilos) (?:muert[oa]|sin mi|si (?:yo )?no (?:existiera|estuviera|
        hubiera nacido|estoy)|si (?:yo )?(?:me muriera|muriera|desapareciera))`,
      `(?:mejor|preferible) (?:si )?(?:me )?(?:estuviera |estar |estaria |muriera|morirme|
        morir$)(?:muert[oa])?`,
      `(?:todos|todo el mundo|el mundo|mi familia|ellos) (?:[a-z]+ )?(?:mejor|mas feliz|
        mas felices) sin mi`,
      `ojala (?:yo )?(?:nunca |no )?(?:despierte|despertara|despertase|hubiera nacido|hubiese nacido|
        existiera|haber nacido|me muera|me muriera|me muriese|estuviera muert[oa]|me atropelle|me mate|
        me matara|me pase algo|muera|muriera)`,
      'no (?:haber|hubiera|hubiese|deberia haber|debi|tendria que haber) nacido',
      'dormir(?:me)? y (?:no|nunca|jamas) (?:mas )?(?:volver a )?(?:despertar|levantarme)',
      '(?:no|nunca|jamas) (?:volver a |quiero )?despertar(?:me)? (?:nunca|mas|jamas)',
      'dormir(?:me)? para siempre|(?:no|nunca) volver a despertar|acostarme y no despertar',
      `(?:cortar|abrir|rajar)(?:me)? las venas`,
      `(?:pegar|dar|meter|volar)(?:me)? (?:un (?:tiro|balazo|disparo|plomazo)|la cabeza|los sesos)`,
      `(?:tirar|lanzar|arrojar|aventar)me (?:de|desde|por|al|a|del|bajo|debajo de) ?(?:un |una |el |la |
        las |los |lo )?(?:puente|balcon|ventana|edificio|azotea|tren|metro|vias|via|techo|terraza|
        precipicio|decimo piso|coche|camion|auto|vacio|acantilado|piso)`,
      `(?:saltar|salto|me tiro|me lanzo|me arrojo|me aviento) (?:de|desde|por|al|a|del|bajo) ?(?:un |
        una |el |la |las |los |lo )?(?:puente|balcon|ventana|edificio|azotea|tren|metro|vias|via|techo|
        terraza|precipicio|vacio|acantilado)`,
      `me (?:voy a|quiero|podria|dan ganas de|gustaria) (?:tirar|lanzar|arrojar|aventar) (?:de|desde|
        por|al|a|del|bajo)
        (?: un| una| el| la| las| los)? (?:puente|balcon|ventana|edificio|azotea|tren|metro|vias|via|techo|
        terraza|precipicio|vacio|acantilado)`,
      `me (?:voy a|quiero|podria|dan ganas de|gustaria) (?:tirar|lanzar|arrojar|aventar) (?:de|desde|por|al|
        a|del|bajo)(?: un| una| el| la| las| los)? (?:puente|balcon|ventana|edificio|azotea|tren|metro|
        vias|via|techo|terraza|precipicio|vacio|acantilado)`,
      `(?:tomar|tragar|meter)(?:me)? (?:todas? (?:las|mis)|un (?:frasco|bote|monton|punado) de|muchas|
        demasiadas) (?:pastillas|pildoras|medicamentos|remedios|medicacion)`,
      '(?:tomar(?:me)?|beber(?:me)?) (?:veneno|lejia|cloro|lavandina|raticida)',
      '(?:con|hacer|tomar|meterme|morir de) (?:una )?sobredosis',
      `(?:a )?nadie (?:me |le )?(?:extranaria|echaria de menos|notaria|lloraria|importaria|
        va a extranar|importa|daria cuenta|se daria cuenta)(?: de que| si)?(?: yo)?(?: me|
        [ ]no)? (?:muero|muriera|muriese|desaparezco|desapareciera|falto|faltara|estuviera|existiera|mato|
        matara|fuera)`,
      `si (?:yo )?me (?:muero|muriera|mato|matara) (?:nadie|a nadie|no pasa|da igual|seria|todos|seran|
        no le)`,
      '(?:no soporto|odio|aborrezco) (?:la vida|vivir|estar viv[oa]|existir|seguir viviendo|haber nacido)',
      '(?:me quiero|quiero|quisiera) (?:morir|muerta|muerto)',
      '(?:solo|lo unico que) (?:quiero|queda|pienso)(?: es| en)? (?:en )?(?:la muerte|morir(?:me)?)',
      'solo la muerte|la muerte es (?:mi|la) unica',
      '(?:deseo|espero|busco|pido|anhelo) (?:mi |la )?muerte',
      `(?:como|formas? de|maneras? de|metodos? para|la mejor forma de|
        la manera de) (?:puedo )?(?:suicidar(?:me|se)|morir sin dolor|matarme|matarse|morir rapido|
        quitar(?:me|se) la vida)`,
      `cuantas pastillas (?:hacen falta |necesito |se necesitan |hay que tomar )?(?:para (?:morir|
        matarme|no despertar|una sobredosis))`,
      'como (?:se )?hace[rs]? un nudo (?:para|de horca)',
      `(?:tengo|hice|arme|escribi|estoy escribiendo|deje) (?:un plan para|planeado|planeada)?(?:mi |
        una )?(?:carta de despedida para (?:mi familia|todos|mis)|matarme|mi muerte)`,
      'me rindo con la vida|planeo mi muerte|kms',
    ],
    'self-harm': [
      `me (?:hago|hice|estoy haciendo|hacia|he hecho|vuelvo a hacer|volvi a hacer) (?:mucho )?(?:dano|
        cortes|heridas|cortadas)`,
      '(?:hacerme|haciendome) (?:dano|cortes|heridas|cortadas|algo malo)|lastimarme|lastimandome',
      'me lastim(?:o|aba)',
      '(?:me lastime|me golpee|me queme|me corte) (?:a proposito|adrede|otra vez|de nuevo|queriendo)',
      'autolesi\\w+|autoagre\\w+|self ?harm',
      `me (?:corto|corte|estoy cortando|cortaba|he cortado|rajo|raje|aranar|arano|quemo|queme|
        quemaba) (?:${SKIN}|a proposito|otra vez para|para (?:sentir|no sentir|aliviar|calmarme|
        castigarme))`,
      `(?:cortarme|rajarme|quemarme|aranarme) (?:${SKIN}|a proposito|otra vez|de nuevo|
        con (?:una )?(?:cuchilla|navaja|hoja|gillette|tijera|cigarr\\w+))`,
      `me (?:corto|corte|quemo|queme|cortaba) con (?:una |un |la |el )?(?:cuchilla|navaja|hoja|gillette|
        hojilla|cigarr\\w+|encendedor)`,
      '(?:ganas|impulso|necesidad) de cortarme$|(?:volvi|he vuelto|vuelvo) a cortarme',
      'me corto (?:cuando|porque|desde|todos|todas|a veces|y |de nuevo)|^me corto$|me estoy cortando',
      '(?:empece|deje) a cortarme',
      `me (?:rasguno|arano|rasco|muerdo|corto|corte) (?:[a-z]+ ){0,3}hasta (?:sangrar|que (?:sangre|
        me sangra|sangra))`,
      `(?:golpearme|me golpeo|me pego|pegarme) (?:la cabeza contra|a mi mism[oa]|contra la pared|
        contra las paredes|en la cabeza|hasta)`,
    ],
    harmed: [
      `(?:${NEAR}|el|ella|alguien|un hombre|un tipo) (?:siempre |a veces |tambien |ya |ayer |anoche |
        casi |hoy |otra vez |borracho |nunca )*(?:me|nos) (?:ha |habia |quiere |quiso |esta |estuvo |
        sigue |volvio a )*(?:pega|pego|pegaba|pegado|pegando|pegar|golpea|golpeo|golpeaba|golpeado|
        golpeando|maltrata|maltrato|maltrataba|maltratado|viola|violo|violaba|violado|violando|violar|
        abusa|abuso|amenaza|amenazo|amenazado|amenazando|persigue|encierra|encerro|encerrado|ahorco|
        ahorca|ahorcado|empujo|empuja|patea|pateo|tortura|acosa|acoso|acosado|acosando|lastima|lastimo|
        lastimaba|apunalo|tira cosas|cachetea|abofetea|abofeteo|hace dano|hacia dano|forzo|
        obliga a tener|obligo a tener|quema|toca cuando|toca sin|toco sin|manosea|manoseo|
        manoseaba)(?! (?:su (?:entusiasmo|alegria)|un susto))`,
      `${NEAR_MANY} (?:siempre |a veces |tambien )*(?:me|nos) (?:estan |han )?(?:pegan|golpean|
        maltratan|pegaban|golpeaban|maltrataban|pegaron|golpearon|encierran|amenazan|pegado|golpeado|
        pegando|insultan y)`,
      `me (?:pegan|golpean|maltratan|violan|violaron|violo|golpearon|estan (?:pegando|golpeando|
        violando|maltratando|siguiendo|amenazando)|esta (?:pegando|golpeando|violando|maltratando|
        amenazando|ahorcando)|amenazaron|secuestraron|tienen (?:secuestrad[oa]|encerrad[oa])|
        tiene (?:secuestrad[oa]|encerrad[oa])|quieren (?:matar|hacer dano|pegar|violar)|drogaron|
        manosearon|obligan a prostituirme)`,
      `me (?:pega|golpea|maltrata|viola)(?: mucho| siempre| cuando| todos| todas| y |
        [ ]con (?:el cinturon|un|el cable|la mano|una)| delante| a mi| mi (?:marido|novio|esposo|papa|
        padre|mama|madre|pareja|padrastro|hermano|mujer|novia|esposa)| casi| otra vez| de nuevo| hasta|
        [ ]porque| si | en la cara| por todo|$)`,
      `(?:sufro|vivo|estoy sufriendo|soy victima de|fui victima de|he sufrido|
        sufri) (?:de )?(?:violencia|maltrato|abusos?|abuso sexual|acoso|malos tratos|una violacion)`,
      `(?:fui|he sido|soy|estoy siendo) (?:violad[oa]|abusad[oa]|golpead[oa]|maltratad[oa]|agredid[oa]|
        secuestrad[oa]|amenazad[oa])`,
      `abus(?:a|o|an|aron|aba|aban|ado|ando) (?:sexualmente )?(?:de mi|de nosotr[oa]s)(?! (?:confianza|
        paciencia|tarjeta|tiempo|bondad|generosidad|buena))`,
      `(?:quiere|quieren|intento|intentaron|trato de|amenaza con|amenazo con|amenazan con|jura que va a|
        juro que iba a|dijo que (?:va|iba) a|dice que (?:me )?va a|amenaza de) (?:matar|pegar|golpear|
        violar|apunalar|lastimar)(?:me|nos)?(?! (?:el|a la|al|un|a su|a un|a el))`,
      `me (?:quiere|quiso|intento|trato de|dijo que (?:me )?(?:va|iba) a|dice que (?:me )?va a|
        amenaza con) (?:matar|pegar|golpear|violar|apunalar|lastimar|ahorcar|estrangular|ahogar)`,
      `${NEAR} me va a matar a (?:golpes|palos)`,
      `(?:miedo|terror|panico|tem(?:o|or)) (?:de|a|al|que) (?:que )?(?:mi (?:ex )?(?:marido|esposo|
        novio|pareja|mujer|padrastro|papa|padre)|me (?:pegue|mate|golpee|haga dano|viole|encuentre|
        maten|peguen|lastime)|lo que (?:me )?(?:pueda|puede|vaya a) hacer(?:me)?)`,
      `(?:no me deja|no me dejan) (?:salir (?:de (?:la )?casa|a la calle|sola|solo)|ver a mi familia|
        hablar con nadie|irme)`,
      'no (?:me siento|estoy) (?:segur[oa]|a salvo) (?:en (?:mi |la )?casa|con (?:el|ella|mi|mis)|aqui)',
      `${NEAR} me (?:toca|tocaba|toco) (?:ahi|de noche|por la noche|las partes|los pechos|el cuerpo|
        cuando|sin|abajo|y no|entre)`,
      `me (?:toca|tocaba|toco) (?:mi (?:tio|padrastro|abuelo|primo|papa|padre|hermano)|
        sin mi (?:permiso|consentimiento)|las partes|mis partes)`,
    ],
    harming: [
      `${WANT} ${SO}(?:hacer(?:le|les)? (?:mucho )?dano (?:a|y)|hacer(?:le|les) (?:mucho )?dano|
        lastimar(?:lo|la|los|las|le|les)?(?: a)?|apunalar(?:lo|la|los|las)?|acuchillar(?:lo|la|los|
        las)?|asesinar(?:lo|la|los|las)?|envenenar(?:lo|la|los|las)|dispararle|pegarle(?:s)? un tiro|
        meterle(?:s)? un tiro|quemar(?:lo|la|los|las) viv\\w+|violar(?:lo|la)?|golpear(?:lo|la|los|
        las)? (?:hasta|a mi|a un|a alguien))`,
      `(?:miedo|temo|terror|panico) (?:de |a |que )?(?:poder )?(?:hacer(?:le|les)? dano a|hacer(?:le|
        les) dano|lastimar a|lastimar(?:lo|la|los|las)|matar a|matar(?:lo|la)|pegarle a|
        acabar haciendole dano|perder el control y (?:pegar|golpear|matar))`,
      `voces? (?:en mi cabeza )?(?:que )?me (?:dicen|ordenan|piden|dice|ordena|mandan|obligan)(?: que|
        [ ]a)? (?:[a-z]+ ){0,2}(?:mat\\w+|hag\\w+|dan\\w+|lastim\\w+|muera|mate|acuchill\\w+)`,
      `(?:le )?(?:pego|pegue|golpeo|golpee|pegaba|zamarree|sacudi|ahorque) a mi (?:hijo|hija|mujer|
        esposa|bebe|novia|novio|marido|mama|madre|pareja|hijos|perro hasta)`,
      '(?:mate|apunale|asesine) a (?:alguien|mi|una persona|un hombre)',
      `(?:llevar|traer|llevo|tengo) (?:un arma|una pistola|un cuchillo|una navaja) (?:al|a la|
        para (?:el|ella|mi|matar|usarla|vengarme|hacer))`,
      `(?:tirotear|tiroteo en|disparar en|poner una bomba en) (?:mi |la |el )?(?:escuela|colegio|
        instituto|trabajo|oficina|universidad)`,
      `(?:voy a|quiero|lo voy a|la voy a|los voy a) (?:matar(?:lo|la|los|las)?|hacer(?:lo|
        la) pagar) (?:con (?:un|una|mi|mis)|esta noche|hoy|manana|a cuchilladas|mientras duerm\\w+|
        a sangre)`,
    ],
    'somebody-else': [
      `(?:${KIN}|el|ella|alguien|una persona) (?:[a-z]+ ){0,4}(?:se quiere|quiere|queria|
        dice que quiere|dice que se quiere|dijo que quiere|dijo que se quiere|dice que va a|amenaza con|
        habla de|piensa en|intento|ha intentado|trato de|va a|se intento|se va a|pensando en|
        dijo que se iba a|dice que se va a) (?:suicidar(?:se)?|matar(?:se)?|morir(?:se)?|
        quitarse la vida|hacerse dano|cortarse|ahorcarse|no vivir|desaparecer para siempre|
        tirarse (?:de|por|al))$`,
      `(?:${KIN}|el|ella|alguien|una persona) (?:[a-z]+ ){0,4}(?:suicidarse|matarse a|quitarse la vida|
        hacerse dano|autolesion\\w+)`,
      `${KIN} (?:[a-z]+ ){0,2}(?:se corta (?:los brazos|las munecas|las piernas|la piel|a si|cuando)|
        se esta cortando|se corta$|se lastima a|se hace (?:dano|cortes)|no quiere vivir|
        no quiere seguir viviendo|ya no quiere vivir|esta suicida|tiene (?:ideas|pensamientos) suicidas)`,
      `(?:se quiere|quiere) (?:matar|suicidar|morir) (?:${KIN})`,
      `(?:marido|padre|padrastro|novio|pareja|papa|esposo) (?:de (?:mi|una) (?:amiga|vecina|hermana|
        prima|companera) )(?:la |le )?(?:pega|golpea|maltrata)`,
      `a ${KIN} (?:la|lo|le) (?:pega|golpea|maltrata|viola|pegan|golpean|estan pegando|maltratan)`,
    ],
    bereaved: [
      `(?:se (?:suicido|quito la vida|ahorco|mato)) ${KIN}`,
      `${KIN} (?:[a-z]+ ){0,3}se (?:suicido|quito la vida|ahorco|mato$)`,
      `(?:el suicidio de|perdi a [a-z ]+ por suicidio|murio por suicidio) ${KIN}|se suicido$`,
    ],
  },
  unsure: {
    emergency: [
      '(?:ya )?me las (?:tome|trague|he tomado|acabo de tomar)(?: todas)?$|ya (?:lo|las) (?:tome|hice)$',
    ],
    suicide: [
      'suicid\\w+',
      'me (?:muero|mato)$|^me quiero matar|no (?:me )?quiero morir(?:me)?|me voy a morir',
      'me pego un tiro|me corto las venas|mejor muert[oa]|matenme|matame|que alguien me mate',
      `(?:quiero|quisiera|me gustaria|necesito|ganas de|deseo) (?:solo |ya )?(?:desaparecer|
        desvanecerme|esfumarme|irme (?:de este mundo|para siempre|y no volver)|dejar de (?:sentir|
        sufrir|ser)|no ser|descansar (?:para siempre|de todo)|que (?:esto|todo) (?:se )?(?:acabe|
        termine|pare)|apagarme|rendirme|dormir y)`,
      `(?:ya )?no (?:puedo|aguanto|doy|soporto)(?: mas| esto| mas esto| mas asi| mas con (?:todo|esto|
        mi vida)| seguir| seguir asi)+$`,
      'ya no puedo$|no quiero (?:mas|seguir|seguir asi|seguir mas|seguir con (?:esto|todo))$',
      'no quiero estar (?:mas )?(?:aqui|aca)(?: mas)?$',
      '(?:acabar|terminar) con (?:esto|este dolor|el dolor|el sufrimiento|mi sufrimiento)',
      'que se acabe (?:todo|ya|esto)',
      'no (?:hay|veo|tengo|encuentro) (?:ninguna )?(?:salida|futuro|esperanza|solucion)$',
      '(?:mi|la) vida (?:ya )?no tiene sentido|nada tiene sentido',
      'mi vida (?:es una mierda|se acabo|esta acabada|es un asco|es un infierno)|odio mi vida',
      '(?:soy|siento que soy) una carga|(?:estorbo|sobro|estoy de sobra|sobrando)',
      'no le importo a nadie|a nadie le importo|nadie me (?:extranaria|echaria de menos|lloraria)',
      'nadie me (?:quiere|necesita|va a extranar)$',
      '(?:pienso|pensando|pensar) (?:mucho )?en la muerte|me rindo$|no sirvo para (?:nada|vivir)',
      'para que seguir',
      'como si (?:ya )?estuviera muert[oa]',
      'adios (?:para siempre|mundo|mundo cruel|a todos)',
      'me despido (?:de todos|para siempre|de la vida)',
      '(?:esta es )?mi (?:despedida|ultima noche|ultimo dia|ultimo mensaje)|carta de despedida',
      'cuando lean esto|no (?:voy a|estare) (?:estar )?manana$',
      `(?:tengo|compre|consegui) (?:una |un |la |el |las |unas |mis )?(?:pistola|soga|cuerda|pastillas|
        cuchilla|
        navaja|arma)(?: en la mano| aqui| aca| al lado| conmigo| list[ao])?$`,
      'lo voy a hacer (?:esta noche|hoy)|sobredosis|queria (?:morir|matarme|suicidarme)',
    ],
    'self-harm': [
      `me corte (?:[a-z]+ ){0,3}(?:el brazo|los brazos|la pierna|las piernas|la muneca|las munecas|el muslo|
        los muslos)`,
      'castigarme|me castigo|cortarme|me quiero lastimar|me hice dano|hacerme dano',
      '(?:llevo|hace) [a-z0-9]+ dias sin comer|(?:provocarme|me provoco) (?:el )?vomit\\w+',
      'vomito (?:despues de comer|a proposito)|merezco (?:sufrir|dolor)|me quiero cortar$',
      'me quiero lastimar',
    ],
    harmed: [
      `(?:${NEAR}|${NEAR_MANY}|el|ella) (?:me |nos )?(?:va|van) a (?:matar(?:me|nos)?|pegar(?:me)?|
        golpear(?:me)?)`,
      `^me (?:va|van) a (?:matar|pegar|golpear|linchar)`,
      `(?:${NEAR}|el|ella|alguien) me (?:toca|toco|grita|humilla|controla|insulta|revisa el celular|
        revisa el movil|hizo dano|da miedo|asusta|sigue|vigila|espia|chantajea)`,
      `(?:bullying|me acosan|me acosa|acoso (?:escolar|laboral|sexual)|me amenazan|me humillan|
        me chantajean|ciberacoso|me estan acosando|me persiguen|me siguen|alguien me (?:esta siguiendo|
        sigue)|estoy en peligro|corro peligro|no estoy a salvo|miedo de (?:volver|ir|
        llegar) a (?:mi )?casa|miedo (?:a|de) (?:el|ella|mi (?:mama|madre|hermano|tio|abuelo|jefe|
        vecino)|mis padres|mis companeros))`,
    ],
    harming: [
      `(?:quiero|quisiera|queria|voy a|ganas de|me gustaria|podria|seria capaz de|pienso|te juro que|
        ${HIM} voy a|${HIM} quiero|${HIM} mataria) ?${SO}(?:matar(?:lo|la|los|las|le|te)?|mat[eo]|
        ahorcar(?:lo|la|los|las|te)|estrangular(?:lo|la|los|las|te)?|golpear(?:lo|la|los|las|te)?|
        partirle|romperle|pegar(?:le|les)|destruir(?:lo|la|te)|cagar(?:lo|la|los) a (?:palos|trompadas|
        pinas)|reventar(?:lo|la|los))(?= (?:la cara|la cabeza|a|al|los|con|por|cuando|si|de una vez|
        todos|hoy|que)(?: |$)|$)`,
      `${HIM} (?:voy a matar|mato|mataria|quiero matar|quiero ver muert[oa])|te (?:voy a matar|mato)`,
      `que se mueran? (?:todos|ese|esa|mi)|merece(?:n)? morir|deseo que (?:se )?(?:muera|mueran)`,
      `(?:quiero|planeo|deseo) (?:mi )?venga(?:nza|rme)`,
    ],
  },
  innocent: INNOCENT_SPANISH,
  denied: [
    `(?:no|nunca|jamas|tampoco|ni) (?:me |te )?(?:quiero |voy a |pienso |pensaba |pensaba en |queria |
      pretendo |estoy pensando en |he pensado en |pienso en |tengo ganas de |tengo intencion de |
      tengo la intencion de |tengo |soy |es que |estoy |haria |intentaria |planeo |
      me refiero a )?(?:de |a |que )?(?:quiera |quiero )?`,
    'sin (?:intencion|ganas|idea) de ',
  ],
  distant: [
    `(?:cancion|canciones|pelicula|peli|libro|novela|serie|capitulo|juego|videojuego|letra|disco|banda|
      poema|poesia|personaje|obra|cuento|documental|escena|cita|ensayo|articulo|clase|noticia|noticias|
      anime|podcast|tango|bolero|temazo|tema de)`,
    `(?:antes (?:si )?(?:queria|pensaba|me)|hace (?:[a-z0-9]+ )?(?:anos|tiempo)|en el pasado|
      cuando era (?:adolescente|joven|chico|chica|nino|nina)|de adolescente|de joven|en aquella epoca)`,
  ],
};
