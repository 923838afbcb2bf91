const LAUGH = `(?:la )?(?:risa|hambre|sueno|sed|frio|calor|verguenza|ganas|amor|envidia|aburrimiento|
  curiosidad|celos|nervios|ilusion|gusto|emocion|alegria|felicidad|ternura|asco|cansancio|susto|
  placer|intriga|rabia de la buena|pereza|flojera|impaciencia|antojo|ternurita|viejo|vieja|viejita|
  viejito|exito)`;
const HOURS = `(?:el (?:tiempo|rato|hambre|gusanillo|aburrimiento|proceso|programa|servidor|demonio|
  hilo|hijo del proceso|virus|bicho|mosquito|dragon|jefe final|boss|monstruo|contenedor|puerto|sapo)|
  la (?:tarde|sed|hora|mosca|arana|curiosidad|cucaracha|sesion|gallina|vaca|gana)|los (?:procesos|
  mosquitos|bichos|zombis|zombies|enemigos|germenes|piojos|nervios|monstruos)|las (?:moscas|cucarachas|
  horas|hormigas|aranas|bacterias|ratas|penas|malas hierbas)|zombis|zombies|enemigos|mosquitos|
  cucarachas|bichos|hormigas|marcianos|monstruos|dragones|al (?:jefe final|boss|dragon|enemigo|monstruo|
  final boss)|a (?:un ruisenor|la banshee|los zombis|los zombies|los enemigos)|dos pajaros|
  un (?:mosquito|proceso|bicho|rato|pollo|cerdo|dragon|zombi|zombie|jefe)|una (?:cucaracha|mosca|arana|
  rata|gallina|tarde)|moscas|hierbas|malas hierbas)`;

/** Taken out of a sentence before signs are looked for. */
export const INNOCENT_SPANISH: readonly string[] = [
  `(?:me |nos |se |te )?(?:muero|mueres|muere|morimos|mueren|moria|mori|morir|morirme|morirnos|morirse|
    muriendo|muriendome|muerto|muerta|muertos|muertas|murio|murieron|mato|matar|matarme) (?:ya |toda |
    todo |casi |literalmente )*(?:de|del|por la) (?:la )?${LAUGH}`,
  `me (?:muero|moria|estoy muriendo|moriria) (?:por (?:un|una|unos|unas|el|la|los|las|ir|ver|comer|
    saber|probar|conocer|salir|contar|tus|tu|ese|esa|esos|vos|ti|ella|hacer|volver|que)|si no (?:como|
    duermo|tomo cafe|veo))`,
  `(?:mat(?:ar|e|o|a|an|aste|amos|ando|ado|arlo|emos)) ${HOURS}`,
  `(?:me|nos) (?:mata|matan|esta matando|estan matando|va a matar|van a matar|mato|
    mataba) (?:de (?:risa|amor|ternura|aburrimiento|la risa|hambre)|(?:el|la|los|las|esta|este|estos|
    estas|tanto|tanta) (?:calor|tarea|tareas|examen|examenes|trabajo|espalda|cabeza|pies|zapatos|
    curiosidad|trafico|espera|frio|resaca|lunes|rodilla|matematicas|duda|dudas|ruido|estres|intriga|
    humedad|sueno|alergia|dolor de cabeza|gimnasio|profe de mates|dieta|facultad|universidad))`,
  `(?:tarea|tareas|calor|examen|examenes|trabajo|espalda|cabeza|pies|zapatos|curiosidad|trafico|espera|
    frio|resaca|lunes|rodilla|matematicas|duda|dudas|ruido|estres|intriga|humedad|alergia|gimnasio|
    dieta|jefe final|facultad|universidad|mochila|tacones|cancion|meme|chiste|video|partido|
    dolor de (?:cabeza|muelas|espalda)) (?:que )?(?:casi |ya |literalmente |un dia |algun dia |me |
    nos )*(?:me|nos) (?:mata|matan|esta matando|estan matando|va a matar|van a matar|mato|pega|pegan|
    pego|esta pegando|golpea|golpeo)`,
  `(?:va|van) a (?:matarme|acabar conmigo) (?:este|esta|el|la|estos|estas|los|las|tanto) (?:calor|tarea|
    examen|trabajo|jefe final|trafico|estres|curiosidad|examenes|lunes|mates)`,
  `(?:calor|tarea|examen|trabajo|trafico|estres|curiosidad|examenes|lunes|dieta|entrenamiento) (?:va|
    van) a (?:matarme|acabar conmigo)`,
  `me (?:mato|mate|estoy matando|mataba|voy a matar|he matado) (?:trabajando|estudiando|entrenando|
    haciendo|corriendo|cocinando|limpiando|a (?:trabajar|estudiar|correr|entrenar|risas|carcajadas|
    abdominales|sentadillas|reir)|en el (?:gimnasio|gym|curro|trabajo)|para (?:llegar a tiempo|aprobar|
    terminar)|de (?:risa|la risa|ganas))`,
  'casi me (?:mato|muero|matan|mata) (?:en|con|al|del?|por|cuando|bajando|subiendo|cruzando|patinando)',
  '(?:mataria|mato|matar|maten|daria la vida) por (?:un|una|unos|unas|ese|esa|comer|el|la|tu|ver|ir)',
  `(?:hasta la muerte|a muerte contigo|me aburro a muerte|de vida o muerte|de mala muerte|muerte subita|
    pena de muerte|certificado de muerte|dia de (?:los )?muertos|mosca muerta|naturaleza muerta|
    punto muerto|tiempo muerto|horas muertas|mar muerto|lengua muerta|peso muerto|manos muertas|
    medio muerto|muerto de miedo por el examen|muert[oa]s? de (?:risa|hambre|sueno|cansancio|frio|miedo|
    sed|verguenza|aburrimiento|amor|envidia|calor))`,
  `(?:se (?:me )?(?:murio|muere|esta muriendo|ha muerto|colgo|cuelga|cayo)) (?:el|la|mi) (?:telefono|
    celular|movil|bateria|pc|compu|computadora|ordenador|portatil|laptop|wifi|internet|coche|auto|
    planta|servidor|tablet|tele|router|personaje)`,
  `(?:telefono|celular|movil|bateria|computadora|ordenador|portatil|coche|auto|planta|wifi|servidor|
    personaje|tamagotchi|proceso) (?:se )?(?:me )?(?:murio|esta muert[oa]|se muere|muere|ha muerto|
    va a morir)`,
  '(?:matar|matando|mate) dos pajaros|matamoscas|matacaballo|a matacaballo|matasellos|matasanos',
  'rematar|remate|jaque mate|hierba mate|yerba mate',
  '(?:tomo|tomar|tomando|tomamos|cebo|cebar|ceba|un|el|unos|buen|con) mates?',
  'mate (?:con|cocido|amargo|dulce|de coca|y)|color mate|acabado mate|profe de mate|clase de mate',
  'examen de mate',
  `(?:cortarme|me (?:corto|corte|voy a cortar|quiero cortar|cortaron|cortaba|he cortado)|cortar(?:te|
    se)?) (?:el (?:pelo|cabello|flequillo|cerquillo|dedo (?:con|cocinando|picando|al|en)|wifi|rollo|
    bacalao|mate|cesped)|las (?:unas|puntas|patillas|alas|cejas|manos del dolor)|la (?:barba|melena|luz|
    coleta|leche|digestion|llamada)|los (?:rizos|cabellos|bigotes))`,
  `me (?:corto|corte|queme|quemo|golpee|lastime|hice dano|he hecho dano|he cortado|he quemado|pegue|
    lesione|hice una herida|hice un corte) (?:sin querer|por accidente|cocinando|picando|pelando|
    afeitandome|jugando|jugando al|corriendo|entrenando|bailando|esquiando|planchando|
    en (?:el (?:gimnasio|gym|partido|entrenamiento|dedo|tobillo|pie|codo|entreno)|la (?:rodilla|espalda|
    cocina|mano con el horno|playa|mano jugando|cancha|ducha|pierna jugando|pierna entrenando)|un dedo)|
    con (?:el (?:horno|cafe|aceite|sol|cuchillo de|papel|abrelatas|te|agua|borde)|la (?:plancha|puerta|
    mesa|sarten|olla|lata|sopa|esquina|cacerola)|un (?:papel|vidrio|vaso|folio|cuchillo (?:cocinando|
    cortando|picando|de cocina))|una (?:lata|hoja de papel|sarten|silla|puerta|mesa)|aceite)|al (?:sol|
    cocinar|cortar|afeitarme|pelar|caer|caerme|bajar|saltar|picar|correr|entrenar|jugar)|la (?:lengua|
    boca|garganta|mano (?:con|cocinando|al)) ?(?:con|comiendo|bebiendo)?|el (?:dedo|codo|pie|dedo gordo|
    tobillo|brazo (?:cocinando|con el horno|jugando)))`,
  `me (?:pega|pego|golpea|golpeo|pegan|pegaba) (?:el (?:sol|viento|calor|sueno|bajon|hambre|frio|aire|
    vino|lunes|cansancio|wifi|mate)|la (?:nostalgia|luz|brisa|ola|resaca|edad|realidad|melancolia|
    musica|alergia|gripe|crisis)|fuerte (?:la|el)|bien con|con (?:los zapatos|las zapatillas|el vestido|
    la camisa|el traje|la chaqueta|las botas)|mas (?:el|la|este|ese)|los (?:anos|recuerdos)|las ganas|
    un (?:susto|grito desde|toque))`,
  `(?:ese|esa|este|esta|el|la|estos|estas|los|las) (?:color|vestido|camisa|corte de pelo|cancion|disco|
    tema|frase|pelicula|noticia|serie|gorra|lentes|zapatos|botas|pelo|corbata|cambio de hora|cafe|sol|
    calor|vino|primavera|gripe|calor de la tarde|nostalgia|final) (?:no |si |ya |tambien |siempre |
    todavia )*me (?:pega|pegan|pego|golpeo|golpea|mata|mato|matan|encanta)`,
  `(?:me toco|toca|me toca|tocaba) (?:la loteria|el premio|el corazon|el alma|trabajar|ir|a mi|madrugar|
    limpiar|cocinar|estudiar|hacer|la guitarra|el piano|el turno|un profesor|una profesora|pagar|lavar|
    esperar|sentarme|profundamente|la fibra)`,
  'me toco (?:el|la) (?:gordo|grupo|mejor|peor|parte)',
  `(?:me gana|me gano|me golpea|me pega|me mata|me mato|me mata siempre|me pega siempre|me destroza|
    me maltrata) (?:siempre )?(?:al|en el|en la|jugando|a las|en) (?:ajedrez|fifa|tenis|play|cartas|
    parchis|futbol|padel|ping pong|domino|poker|mario kart|videojuegos?|juego|fortnite|counter|lol|
    consola|cod)`,
  `(?:me mata|me matan|me mataron|me mato) (?:el jefe final|en (?:el nivel|la primera pantalla|el juego|
    fortnite|minecraft|dark souls|la partida))`,
  `(?:escuadron suicida|suicide squad|terrorista suicida|atentado suicida|coche bomba|mision suicida|
    suicidio (?:politico|comercial|colectivo de (?:ballenas|lemmings)|profesional|asistido|social|
    economico|demografico)|prevencion del suicidio|tasas? de suicidios?|estadisticas? (?:de|
    sobre) (?:el )?suicidios?|las virgenes suicidas|puertas suicidas|(?:ensayo|trabajo|articulo|tesis|
    libro|documental|charla|estudio|curso|clase|investigacion|capitulo|monografia|texto|conferencia|
    exposicion|novela) (?:sobre|de|acerca de|trata de|trata sobre) (?:el )?suicidio|
    (?:el )?suicidio (?:de|en) (?:durkheim|allende|judas|socrates|hitler|seneca|romeo|werther|japon|
    la (?:literatura|obra|novela|antigua roma)|alfonsina|violeta|(?:kurt )?cobain|robin williams|
    chester bennington|marilyn monroe)|durkheim)`,
  `(?:romeo|julieta|ofelia|cleopatra|hitler|werther|socrates|seneca|judas|allende|alfonsina storni|
    cobain|anna karenina|ana karenina|madame bovary|melibea|larra|van gogh|
    hemingway)(?: [a-z]+){0,3} (?:se )?(?:suicid\\w+|quita la vida|quito la vida|mata|mato)`,
  'se suicid(?:o|a) (?:romeo|julieta|ofelia|werther|larra|hemingway|allende)',
  `(?:matar a un ruisenor|como matar a tu|el asesinato de roger|asesinato en el|cronica de una muerte|
    muerte en venecia|la muerte de (?:ivan|artemio|un viajante)|duro de matar|kill bill|morir de pie|
    a quemarropa|licencia para matar|vivir y dejar morir|sin tiempo para morir|muerte entre|
    la casa de papel|la novia cadaver|el dia de la marmota|morir sonando|
    antes muerta que sencilla|morir en (?:madrid|el intento))`,
  `(?:sobredosis|empacho|atracon) de (?:azucar|trabajo|series|cafe|chocolate|informacion|noticias|memes|
    dulce|turron|ternura|tele|pantallas|realidad|cafeina|videojuegos)`,
  `no (?:quiero|puedo|soporto|aguanto) (?:seguir )?(?:vivir|viviendo|despertar(?:me)?) (?:en (?:madrid|
    barcelona|la ciudad|el centro|el campo|esta ciudad|este piso|este barrio|este pais|un pueblo|
    buenos aires|el pueblo|esta casa|casa de|lima|bogota|santiago|mexico|este departamento|un piso)|
    con (?:mis (?:padres|suegros|viejos|companeros)|mi (?:suegra|hermano|hermana|ex|companero|companera|
    madre|padre|primo)|roomies|gatos|desconocidos|tanto ruido|ellos|el|ella)|lejos|tan lejos|cerca|aqui|
    aca|alli|sol[oa]|de alquiler|al lado|en el mismo|sin (?:cafe|internet|ti|musica|chocolate|
    aire acondicionado)|temprano|a las|tan temprano|pendiente|para trabajar|del cuento)(?! (?:mundo|
    dolor|vida))`,
  `(?:no puedo|no aguanto|no doy|ya no puedo|no soporto) (?:mas )?(?:con (?:este|esta|el|la|los|las|
    tanto|tanta|estos|estas) (?:calor|tarea|frio|ruido|examen|examenes|trafico|sueno|lluvia|resaca|bug|
    proyecto|mates|matematicas|hambre|dieta|mosquitos|codigo|compilador|tareas)|de (?:la risa|risa|
    sueno|hambre|calor|las ganas|lo lleno|lo llena|cansancio)|comer|la risa|el (?:calor|ruido|frio|
    trafico|hambre)|este (?:calor|ruido|frio|trafico|bug)|las ganas|el hambre)`,
  '(?:comi tanto|estoy llen[oa]|me comi)(?: [a-z]+){0,6} no puedo mas',
  'me rindo con (?:este|esta|el|la|los|las)',
  `(?:pegarme|me pego|darme|me doy|pegar) (?:un (?:tiro|susto|bano|atracon|banazo|bajon|chapuzon|
    madrugon|golpe en (?:el dedo|la rodilla)|tiro en el pie)) (?:en el pie)`,
  `(?:tirarme|me tiro|lanzarme|saltar) (?:a la (?:piscina|pileta|alberca|cama)|al (?:agua|mar|rio|sofa)|
    en (?:paracaidas|parapente|la cama|el sofa|tirolina)|de (?:cabeza a la piscina|la cama|alegria|
    un avion con)|del? (?:trampolin|tobogan|tren en marcha de la vida)|por el tobogan|toda la tarde|
    a la bartola|un pedo|piropos)`,
  'puenting',
  '(?:ahogarme|me ahogo|ahogad[oa]) en (?:un vaso de agua|trabajo|papeles|correos|deudas)',
  'colgarme (?:del telefono|de ti|un|la mochila|el bolso)',
  `(?:desaparecer|desaparezco|perderme) (?:del mapa )?(?:del (?:grupo|chat|mapa|foro)|un (?:rato|
    fin de semana)|el fin de semana|
    unos dias|en la montana|de vacaciones|de instagram|de las redes|una semana|esta pagina|la mancha|
    el bug|los granos)`,
  '(?:quiero|como|hacer) (?:hacer )?desaparecer (?:el|la|las|los|este|esta|un|una)',
  '(?:irme|ir) (?:de este mundo de instagram|para siempre a vivir)',
  `(?:terminar|acabar|acabe|termine|acabo) con (?:todo (?:el|lo|los)|todas las|este (?:libro|proyecto|
    tema|informe|trabajo)|esta (?:tarea|serie|reunion|temporada)|las (?:cucarachas|hormigas|chinches|
    tareas|plagas)|los (?:mosquitos|deberes|examenes|piojos)|la (?:tarea|plaga|pobreza|corrupcion|
    violencia|guerra|mudanza)|el (?:hambre en|hambre mundial|informe|proyecto|postre|helado|libro))`,
  `(?:destruir|golpear|reventar|partir|romper) (?:la (?:pelota|pinata|bolsa|almohada)|el (?:saco|balon|
    mercado|record|hielo|juego)|al (?:jefe final|boss))`,
  `(?:golpear|pegarle|pegar) (?:al|a la|a un|una?|el) (?:saco|pelota|balon|bolsa|pinata|poster|sello|
    etiqueta|cartel|calcomania|grito|foto|vistazo|tecla)`,
  'pegarle a la pelota|romperle el corazon',
  '(?:partirle|romperle) la cara en (?:el )?(?:fifa|juego|mortal kombat|tekken|street fighter)',
  `(?:no|nunca|jamas) (?:quiero|queria|quise|pretendo|pretendia|es mi intencion) (?:hacer(?:le|les|
    te)? dano a (?:nadie|mi [a-z]+|el|ella)|lastimar(?:lo|la|los|las|te)?(?: a (?:nadie|mi [a-z]+|el|
    ella))?|hacer(?:le|les|te) dano)(?! pero)`,
  'venganza (?:de|de los|final)|los vengadores',
  'adios a (?:todos (?:nos|hasta|y|que)|la dieta|las vacaciones|las deudas)',
  `(?:carta|fiesta|cena|regalo|discurso|comida|tarjeta) de despedida (?:de solter[oa]|para (?:un|una|el|
    la) (?:companer[oa]|jefe|jefa|profesor[a]?|equipo|colega)|a (?:un|una|mi) (?:companer[oa]|jefe|jefa|
    colega)|del trabajo)`,
  'despedida de solter[oa]',
  '(?:hola|adios) mundo(?! cruel)|(?:golpe|golpes|golpea) de (?:estado|suerte|efecto|calor)',
  'me (?:golpeo|pego|choque|choco) (?:con|contra) (?:la (?:mesa|puerta|esquina)|el (?:mueble|marco|techo))',
  '(?:me arano|me arana|me mordio) (?:el|mi|un) (?:gato|gata|perro)',
  `mi (?:gato|gata|gatito|perro|perra|perrito|bebe|loro) me (?:arana|muerde|sigue|persigue|ataca|acosa|
    empuja|despierta|toca|pega|mira)`,
  'me siguen en (?:instagram|twitter|las redes|tiktok)',
  'me sigue en (?:instagram|twitter|las redes|tiktok)',
  '(?:cansad[oa]|hart[oa]) de la vida (?:de|en|que llevan|nocturna|moderna|social)',
  'la vida no merece (?:ser vivida con prisa)',
  '(?<!no )(?<!no me )(?:vale|merece) la pena (?:vivir|seguir)',
  '(?:miedo|panico|terror) a que me (?:echen|despidan|suspendan|pillen|dejen|olviden)',
  '(?:pensar|pensando|pienso) en la muerte de (?:dios|socrates|cesar|un personaje|la estrella)',
  'que (?:ganas|alegria) de vivir (?:tiene|tengo|me da)|(?<!no )tengo (?:muchas )?ganas de vivir',
];
