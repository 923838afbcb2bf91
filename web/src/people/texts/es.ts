import type { PEOPLE_EN } from './en.ts';

/** The Spanish texts of signing in and of the account. */
export const PEOPLE_ES: Readonly<Record<keyof typeof PEOPLE_EN, string>> = {
  'missing.title': 'Esa página no existe',
  'missing.text': 'La dirección puede estar mal escrita o ser de otra versión de este servidor.',
  'people.back': 'Volver a la conversación',
  'people.busy': 'Un momento…',

  'account.teams': 'Equipos y quién paga',
  'account.admin': 'Administración',
  'signIn.title': 'Iniciar sesión',
  'signIn.lead': 'Tus conversaciones y tus créditos son los mismos en todos tus dispositivos.',
  'signIn.needed': 'Este servidor es para quienes tienen una cuenta: inicia sesión para seguir.',
  'signIn.closed': 'Las cuentas las crea quien administra este servidor, o se abren con una invitación.',
  'signIn.with': 'Continuar con {name}',
  'signIn.button': 'Iniciar sesión',
  'signIn.noAccount': '¿Aún no tienes cuenta?',
  'signIn.register': 'Crea una',
  'signIn.forgotten':
    '¿Olvidaste tu contraseña? Quien administra este servidor puede darte un enlace para poner otra.',
  'signIn.guest': 'Seguir sin cuenta',

  'register.title': 'Crear una cuenta',
  'register.invited': 'Te han invitado a crear una cuenta aquí.',
  'register.invitedTeam': 'Estarás en el equipo {team}.',
  'register.invitedAdmin': 'Te han invitado a crear aquí una cuenta de administrador.',
  'register.lead': 'Lo que dijiste aquí sin cuenta, y los créditos que te quedan, pasan a ella.',
  'register.button': 'Crear cuenta',
  'register.hasAccount': '¿Ya tienes cuenta?',
  'register.signIn': 'Inicia sesión',

  'reset.title': 'Poner una contraseña nueva',
  'reset.lead': 'El enlace sirve una sola vez. Se cierra tu sesión en todos los demás sitios.',
  'reset.button': 'Guardar contraseña',
  'reset.noLink': 'Esta página necesita el enlace completo que te dio quien administra el servidor.',
  'reset.done': 'Tu contraseña está guardada. Ya puedes iniciar sesión con ella.',

  'field.email': 'Correo electrónico',
  'field.password': 'Contraseña',
  'field.newPassword': 'Contraseña nueva',
  'field.currentPassword': 'Contraseña actual',
  'field.passwordHint': 'Al menos 10 caracteres; una frase es fácil de recordar.',
  'field.name': 'Nombre (opcional)',

  'account.title': 'Tu cuenta',
  'account.loading': 'Cargando…',
  'account.signInFirst': 'Inicia sesión para ver tu cuenta.',
  'account.signOut': 'Cerrar sesión',
  'account.signInLink': 'Iniciar sesión',
  'account.saved': 'Guardado.',
  'account.save': 'Guardar',

  'profile.title': 'Perfil',
  'profile.name': 'Nombre',
  'profile.retention': 'Borrar mis textos pasados estos días',
  'profile.retentionHint': 'Vacío: se conservan hasta que los borres.',

  'password.title': 'Contraseña',
  'password.lead': 'Al cambiarla se cierra tu sesión en todos los demás dispositivos.',
  'password.button': 'Cambiar contraseña',
  'password.done': 'Tu contraseña ha cambiado.',

  'logins.title': 'Dónde tienes la sesión iniciada',
  'logins.current': 'este dispositivo',
  'logins.used': 'último uso: {time}',
  'logins.end': 'Cerrar',
  'logins.endOne': 'Cerrar la sesión de {device}',
  'logins.endOthers': 'Cerrar todas las demás',
  'logins.unknown': 'Programa desconocido',
  'logins.ended': 'Cerrada.',

  'keys.title': 'Claves de API',
  'keys.lead':
    'Los programas y editores usan Hilo con una clave, con tus límites y a cuenta de tus créditos.',
  'keys.api': 'Direcciones, ejemplos y todas las operaciones para programas',
  'keys.none': 'No tienes claves.',
  'keys.name': 'Nombre de la clave nueva',
  'keys.create': 'Crear clave',
  'keys.once': 'Copia la clave ahora. No se volverá a mostrar.',
  'keys.copy': 'Copiar la clave',
  'keys.neverUsed': 'sin usar',
  'keys.used': 'último uso: {time}',
  'keys.revoke': 'Revocar',
  'keys.revokeOne': 'Revocar la clave {name}',
  'keys.revoked': 'Revocada.',

  'sharesPage.title': 'Conversaciones compartidas',
  'sharesPage.lead': 'Quien tenga uno de estos enlaces puede leer lo que muestra, hasta que lo retires.',
  'sharesPage.none': 'No has compartido nada. «Compartir…», en el menú de una conversación, crea un enlace.',

  'export.title': 'Llévatelo todo',
  'export.lead':
    'Un archivo con tu perfil, tus carpetas, enlaces, conversaciones con todas sus ramas y tus ' +
    'movimientos. Se puede importar aquí o en otro Hilo.',
  'export.button': 'Guardar en un archivo',
  'export.reading': 'Leyendo… {amount} KB',
  'export.done': 'El archivo está completo.',

  'import.title': 'Importar conversaciones',
  'import.lead':
    'De Open WebUI, de ChatGPT (conversations.json) o de Hilo. Se conservan ramas y fechas; las imágenes ' +
    'y los mensajes de herramientas se dejan fuera. Si importas un archivo dos veces, lo tendrás todo ' +
    'dos veces.',
  'import.button': 'Elegir un archivo…',
  'import.busy': 'Importando…',
  'import.goOn': 'Continuar',
  'import.progress': '{done} de {total} conversaciones',
  'import.none': 'No se importó ninguna conversación.',
  'import.one': 'Se importó 1 conversación con {messages} mensajes.',
  'import.oneOne': 'Se importó 1 conversación con 1 mensaje.',
  'import.some': 'Se importaron {count} conversaciones con {messages} mensajes.',
  'import.deletedSoon':
    'Aquí los textos se guardan {days} días. {messages} de los mensajes importados son ' +
    'más antiguos y se borrarán en unas horas.',
  'import.deletedSoonOne':
    'Aquí los textos se guardan {days} días. Uno de los mensajes importados es ' +
    'más antiguo y se borrará en unas horas.',
  'import.leftOut': 'Quedaron fuera:',
  'import.filesTooLarge': 'Se ha importado sin sus archivos, que son demasiado grandes para enviarlos.',
  'import.oneTooLarge': 'La conversación, o un mensaje suyo, es demasiado grande para importarla.',
  'import.oneFaulty': 'Falta una parte o está dañada: {place}',
  'import.untitled': 'Sin título',
  'import.more': 'Y {count} más.',
  'import.away': 'Ahora mismo no se puede llegar al servidor. Lo importado hasta ahora se conserva.',
  'import.archive': 'Es un archivo ZIP. Descomprímelo y elige conversations.json.',
  'import.unknown': 'No es una exportación de Open WebUI, de ChatGPT ni de Hilo.',
  'import.empty': 'En este archivo no hay ninguna conversación.',
  'import.tooLarge': 'El archivo ocupa más de 256 MB, más de lo que el navegador puede leer de una vez.',

  'adopt.title': 'Lo que dijiste sin cuenta',
  'adopt.lead':
    'Este navegador también se usó sin cuenta. Puedes quedarte con lo que se dijo entonces: ' +
    'conversaciones, carpetas y enlaces. Los créditos de entonces no pasan a tu cuenta.',
  'adopt.button': 'Pasarlo a mi cuenta',
  'adopt.none': 'No había nada que pasar.',
  'adopt.one': '1 conversación está ahora en tu cuenta.',
  'adopt.some': '{count} conversaciones están ahora en tu cuenta.',

  'erase.title': 'Borrar',
  'erase.lead': 'Borra lo que dijiste y conserva la cuenta, o borra la cuenta con todo lo que contiene.',
  'erase.leadGuest': 'Borra todo lo que dijiste aquí sin cuenta.',
  'erase.no': 'Conservarlo todo',
  'erase.going': 'Borrando…',
  'eraseAll.button': 'Borrar todas las conversaciones…',
  'eraseAll.title': '¿Borrar todas tus conversaciones?',
  'eraseAll.text':
    'Se borran todas tus conversaciones y carpetas, con todos sus mensajes: en el servidor, en este ' +
    'navegador y en tus otros dispositivos. Los enlaces que compartiste dejan de funcionar. Nadie puede ' +
    'recuperarlo.',
  'eraseAll.stays':
    'Se conservan tu cuenta, tus créditos y, en el registro, que los intercambios tuvieron lugar, sin ' +
    'sus palabras.',
  'eraseAll.yes': 'Borrar para siempre',
  'eraseAll.done': 'Se borraron {count} conversaciones.',
  'eraseAll.doneOne': 'Se borró 1 conversación.',
  'eraseAccount.button': 'Borrar la cuenta…',
  'eraseAccount.title': '¿Borrar tu cuenta para siempre?',
  'eraseAccount.text':
    'La cuenta se borra del servidor con sus conversaciones, carpetas, enlaces, sesiones, claves de API ' +
    'y créditos. Tu sesión se cierra en todas partes, y nadie puede recuperarla.',
  'eraseAccount.stays':
    'Lo que queda son apuntes del registro: cantidades y números aleatorios, que no nombran a nadie.',
  'eraseAccount.password': 'Tu contraseña',
  'eraseAccount.yes': 'Borrar la cuenta',
  'erased.title': 'Tu cuenta está borrada',
  'erased.text': 'Todo lo que le pertenecía ya no está ni en el servidor ni en este navegador.',
  'erased.link': 'Seguir sin cuenta',

  'creditsPage.title': 'Créditos',
  'creditsPage.left': 'Quedan {amount} créditos',
  'creditsPage.leftOne': 'Queda 1 crédito',
  'creditsPage.gift': 'A medida que los uses recibirás hasta {amount} créditos gratuitos más.',
  'creditsPage.statement': 'Abonos y cargos, del más reciente al más antiguo',
  'creditsPage.none': 'Aún no hay abonos ni cargos.',
  'creditsPage.more': 'Movimientos anteriores',
  'creditsPage.time': 'Fecha',
  'creditsPage.what': 'Concepto',
  'creditsPage.amount': 'Importe',
  'entry.grant': 'Abono',
  'entry.gift': 'Créditos de regalo',
  'entry.signUp': 'Créditos de regalo por abrir la cuenta',
  'entry.import': 'Saldo anterior',
  'entry.refund': 'Devolución',
  'entry.charge': 'Mensaje',
  'entry.allowance': 'Asignación',
  'entry.erase': 'Textos borrados',
  'entry.retention': 'Textos borrados al cumplirse su plazo',
  'entry.companion': 'acompañante sin conexión',
  'limit.close': 'Cerrar este aviso',
  'entry.other': 'Movimiento',
};
