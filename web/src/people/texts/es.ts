import type { PEOPLE_EN } from './en.ts';

/** The Spanish texts of signing in and of the account. */
export const PEOPLE_ES: Readonly<Record<keyof typeof PEOPLE_EN, string>> = {
  'people.back': 'Volver a la conversación',
  'people.unreachable':
    'Ahora mismo no se puede llegar al servidor. No ha cambiado nada; inténtalo de nuevo en un momento.',
  'people.busy': 'Un momento…',

  'signIn.title': 'Iniciar sesión',
  'signIn.lead': 'Tus conversaciones y tus créditos son los mismos en todos tus dispositivos.',
  'signIn.button': 'Iniciar sesión',
  'signIn.noAccount': '¿Aún no tienes cuenta?',
  'signIn.register': 'Crea una',
  'signIn.forgotten':
    '¿Olvidaste tu contraseña? Quien administra este servidor puede darte un enlace para poner otra.',
  'signIn.guest': 'Seguir sin cuenta',

  'register.title': 'Crear una cuenta',
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
  'field.showPassword': 'Mostrar la contraseña',

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

  'creditsPage.title': 'Créditos',
  'creditsPage.left': 'Quedan {amount} créditos',
  'creditsPage.leftOne': 'Queda 1 crédito',
  'creditsPage.statement': 'Lo otorgado y lo cobrado, lo más reciente primero',
  'creditsPage.none': 'Aún no se ha otorgado ni cobrado nada.',
  'creditsPage.more': 'Movimientos anteriores',
  'creditsPage.time': 'Fecha',
  'creditsPage.what': 'Concepto',
  'creditsPage.amount': 'Importe',
  'entry.grant': 'Otorgado',
  'entry.refund': 'Devuelto',
  'entry.settle': 'Mensaje',
  'entry.erase': 'Textos borrados',
  'entry.other': 'Movimiento',
};
