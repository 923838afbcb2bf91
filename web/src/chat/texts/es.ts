import type { CHAT_EN } from './en.ts';

/** The conversation's Spanish texts. */
export const CHAT_ES: Readonly<Record<keyof typeof CHAT_EN, string>> = {
  'chat.skip': 'Ir al cuadro de mensaje',

  'connection.label': 'Conexión',
  'connection.connecting': 'Conectando…',
  'connection.ready': 'En línea',
  'connection.resumed': 'De vuelta, sin pérdidas',
  'connection.back': 'En línea de nuevo',
  'connection.waiting': 'Reconexión en {seconds} s',
  'connection.soon': 'Reconectando…',
  'connection.draining': 'Servidor reiniciando',
  'connection.ended': 'En otra ventana',

  'banner.connect': 'Conectar ahora',
  'banner.kept': 'Lo que escribas aquí se conserva.',
  'banner.draining': 'El servidor se está reiniciando. Lo que envíes ahora saldrá cuando vuelva.',
  'banner.ended': 'Esta conversación sigue en otra ventana. Aquí puede seguir con una sesión propia.',
  'banner.unkept': 'Este navegador no tiene más espacio. Lo que lees aquí se pierde al cerrar esta ventana.',
  'banner.here': 'Seguir aquí',

  'reason.network': 'Se cortó la conexión.',
  'reason.server_unreachable': 'El servidor no está disponible ahora mismo.',
  'reason.ended': 'La conexión se cerró.',
  'reason.unresponsive': 'El servidor dejó de responder.',
  'reason.draining': 'El servidor se está reiniciando.',
  'reason.server_full': 'El servidor está lleno ahora mismo.',
  'reason.again': 'Nuevo intento en {seconds} s.',
  'reason.againNow': 'Intentándolo de nuevo.',

  'header.new': 'Conversación nueva',

  'picker.label': 'Quién responde: {who}',
  'picker.companion': 'Acompañante sin conexión',
  'picker.title': 'Quién responde aquí, y cómo',
  'picker.model': 'Modelo',
  'picker.standard': 'El habitual ({model})',
  'picker.persona': 'Personaje',
  'picker.noPersona': 'Ninguno',
  'picker.instructions': 'Lo que se le indica al modelo en esta conversación',
  'picker.hint': 'Vale a partir del próximo mensaje.',
  'picker.cancel': 'Cancelar',
  'picker.save': 'Guardar',
  'picker.saved': 'Guardado.',

  'temporary.title': 'Chat temporal',
  'temporary.mark': 'Temporal: nada de lo que se diga aquí se guarda.',
  'temporary.text':
    'Este chat es temporal. Sus palabras no se guardan: ni en el servidor ni en este navegador. ' +
    'Desaparece al dejarlo o al cerrar la página. El registro conserva que tuvo lugar, sin sus palabras.',
  'temporary.ended':
    'El chat temporal acabó al perderse la conexión. No se guardó nada de él; lo que escribas ahora, sí.',

  'new.title': '¿Empezar otra conversación?',
  'new.text':
    'Esta se borra de este navegador y el modelo la olvida. Su texto sigue guardado en el servidor.',
  'new.textErased':
    'Esta se borra de este navegador y del servidor, y no se puede recuperar. El registro conserva que ' +
    'tuvo lugar, sin sus palabras.',
  'new.erase': 'Borrar también su texto en el servidor',
  'new.eraseYes': 'Borrar y empezar otra',
  'new.erasing': 'Borrando…',
  'new.unerased': 'Sin borrar en el servidor: {count}.',
  'new.yes': 'Empezar otra',
  'new.no': 'Conservarla',

  'empty.title': '¿De qué te gustaría hablar?',
  'empty.text': 'Aquí responde un programa, no una persona. Puede equivocarse, y tiene tiempo.',
  'empty.model':
    'Aquí responde el modelo de lenguaje {model}, no una persona. Puede equivocarse, y tiene tiempo.',
  'empty.companion':
    'Aquí responde el acompañante sin conexión: un programa pequeño con respuestas sencillas. No es un ' +
    'modelo de lenguaje ni una persona, y tiene tiempo.',
  'empty.openers': 'Por dónde empezar',
  'empty.opener1': 'Le doy vueltas a algo y no sé por dónde empezar.',
  'empty.opener2': 'Ayúdame a encontrar palabras para un mensaje difícil.',
  'empty.opener3': 'Explícame algo que nunca terminé de entender.',

  'opening.reading': 'Abriendo la conversación…',
  'opening.unknown':
    'En esta dirección no hay ninguna conversación tuya. Puede que se eliminara, o que sea de una ' +
    'cuenta que no ha iniciado sesión aquí.',
  'opening.deleted': 'Esta conversación se eliminó, aquí y en el servidor.',

  'log.earlier': 'Ver mensajes anteriores',
  'log.readingEarlier': 'Leyendo mensajes anteriores…',
  'log.label': 'Conversación',
  'log.end': 'Ir al final',
  'log.you': 'Tú',
  'log.answer': 'Respuesta',
  'log.copyAnswer': 'Copiar respuesta',

  'message.edit': 'Editar mensaje',
  'message.copy': 'Copiar mensaje',
  'answer.again': 'Responder de nuevo',
  'edit.label': 'Otras palabras para tu mensaje',
  'edit.hint': 'La primera versión se conserva, con todo lo que vino después.',
  'edit.cancel': 'Cancelar',
  'edit.send': 'Enviar de nuevo',
  'versions.place': '{number} de {count}',
  'versions.message': 'Versión del mensaje: {place}',
  'versions.answer': 'Versión de la respuesta: {place}',
  'versions.back': 'Versión anterior',
  'versions.on': 'Versión siguiente',
  'versions.failed': 'Ahora mismo no se puede leer la otra versión.',

  'turn.elsewhere': 'Desde otra ventana o dispositivo tuyo',
  'turn.held': 'Saldrá cuando vuelva la conexión',
  'turn.heldElsewhere': 'Sin enviar: esta conversación está abierta en otra ventana',
  'turn.sending': 'Enviando…',
  'turn.next': 'Sigues tú, en unos {time}',
  'turn.queued': '{place} en la fila, unos {time}',
  'turn.loading': 'El modelo se está cargando…',
  'turn.thought': 'Pensó durante {time}',
  'turn.thoughts': 'Razonamiento',
  'turn.thinking': 'Pensando…',
  'turn.stopping': 'Deteniendo…',
  'turn.stopped': 'La detuviste tú',
  'turn.stoppedElsewhere': 'Detenida, no en esta ventana',
  'turn.stoppedEarly': 'La detuviste antes de que empezara la respuesta',
  'turn.lost': 'La respuesta quedó cortada: la sesión terminó antes de que estuviera completa.',
  'turn.lostEarly': 'Este mensaje quedó sin respuesta: la sesión terminó antes.',
  'turn.cut': 'Cortada por el límite de longitud',
  'turn.retry': 'Intentar de nuevo',
  'turn.retryIn': 'Intentar de nuevo en {seconds} s',
  'turn.partial': 'Lo que había llegado se conserva arriba.',
  'turn.erasedMessage': 'Mensaje borrado',
  'turn.erasedAnswer': 'Respuesta borrada',

  'mark.offline': 'Acompañante sin conexión',
  'mark.degraded': 'El modelo no responde; este es el acompañante sin conexión',

  'notice.restarted':
    'El servidor se reinició. Lo de arriba se puede seguir leyendo aquí, pero el modelo ya no lo recuerda.',
  'notice.expired':
    'Pasó mucho tiempo y la sesión terminó. Lo de arriba se puede leer, pero el modelo ya no lo recuerda.',
  'notice.gap':
    'Se perdió una parte de la sesión. Lo de arriba se puede leer, pero el modelo ya no lo recuerda.',
  'notice.droppedOne': 'Este navegador ya no conserva 1 mensaje anterior ni su respuesta.',
  'notice.dropped': 'Este navegador ya no conserva {count} mensajes anteriores ni sus respuestas.',
  'notice.forgotten':
    'El servidor ya no tiene esta conversación. Lo de arriba se puede leer aquí; el modelo no lo conoce.',
  'notice.copied': 'Esta ventana tiene su propia sesión. El modelo no conoce lo de arriba.',

  'notice.memory': 'El modelo ya no ve lo que está arriba.',

  'composer.closed': 'Esta conversación está cerrada. Se puede leer, pero no admite mensajes.',
  'composer.archived': 'Esta conversación está archivada. Se puede leer, pero no admite mensajes.',
  'composer.reopen': 'Abrirla de nuevo',
  'composer.reopened': 'La conversación está abierta de nuevo',

  'composer.label': 'Tu mensaje',
  'composer.placeholder': 'Escribe un mensaje',
  'composer.send': 'Enviar',
  'composer.stop': 'Detener la respuesta',
  'composer.keys': 'Enter envía · Mayús + Enter para otra línea',
  'composer.takeBack': 'Recuperar el mensaje',
  'composer.keysTakeBack': 'Esc recupera el mensaje',
  'composer.keysStop': 'Esc detiene la respuesta',
  'composer.stopLater': 'Detener la respuesta al volver la conexión',
  'composer.keysStopLater': 'Sin conexión · Esc detiene la respuesta cuando continúe',
  'composer.stopsLater': 'Sin conexión · La respuesta se detendrá cuando continúe',
  'composer.busy': 'Espera a que termine la respuesta, o detenla, y envía',
  'composer.limited': 'Fueron muchos mensajes seguidos. Podrás escribir en {time}; tu texto se conserva.',
  'composer.wait': 'Podrás enviar en {seconds} segundos',
  'composer.tooLong':
    'El mensaje es demasiado largo: unos {tokens} tokens, y caben {budget} como máximo. Acórtalo o divídelo.',
  'composer.tooLarge': 'El mensaje es demasiado grande para enviarlo de una vez. Acórtalo o divídelo.',
  'composer.credits':
    'No alcanzan los créditos: quedan {balance} y hacen falta unos {need}. Un mensaje más corto o ' +
    'una conversación nueva necesita menos; para tener más, habla con quien lleva este servidor.',

  'credits.only': 'Solo',
  'credits.unit': 'créditos',
  'credits.unitOne': 'crédito',
  'credits.label': 'Quedan {amount} créditos',
  'credits.labelOne': 'Queda 1 crédito',
  'credits.labelLow': 'Tus créditos casi se acaban: quedan {amount}',

  'mark.checking': 'Comprobando el recibo…',
  'mark.proved': 'Recibo comprobado',
  'mark.unchecked': 'Recibo sin comprobar',
  'mark.failed': 'El recibo no es válido',
  'mark.erased': 'Borrada',
  'mark.details': 'Detalles',

  'alarm.key': 'El registro de este servidor está firmado ahora con otra clave que antes.',
  'alarm.history': 'El registro de este servidor no continúa el que conoce este navegador.',
  'alarm.details': 'Qué significa',

  'place.2': 'Puesto 2',
  'place.3': 'Puesto 3',
  'place.4': 'Puesto 4',
  'place.5': 'Puesto 5',
  'place.6': 'Puesto 6',
  'place.7': 'Puesto 7',
  'place.8': 'Puesto 8',
  'place.9': 'Puesto 9',
  'place.10': 'Puesto 10',
  'place.other': 'Puesto {position}',

  'announce.done': 'Fin de la respuesta',
  'announce.limitedOver': 'Ya puedes escribir de nuevo',
};
