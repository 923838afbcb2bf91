import type { PROOF_EN } from './proof-en.ts';

/** The Spanish texts about proofs. */
export const PROOF_ES: Readonly<Record<keyof typeof PROOF_EN, string>> = {
  'proof.title': 'Prueba de este intercambio',
  'proof.close': 'Cerrar',
  'proof.leadChecking': 'Este navegador está comprobando el recibo de esta respuesta.',
  'proof.leadProved':
    'Este navegador comprobó el recibo por sí mismo, con la clave y el estado del registro que conserva.',
  'proof.leadErased':
    'Lo que se dijo fue borrado, aquí y en el servidor. Que hubo un intercambio se puede seguir demostrando.',
  'proof.leadUnchecked': 'No se demostró nada, ni a favor ni en contra: aquí no se pudo comprobar.',
  'proof.leadFailed':
    'La prueba no se sostiene. No confíes en este registro y avisa a quien lleva este servidor.',
  'proof.shown': 'Lo que quedó demostrado',
  'proof.shownTexts': 'El mensaje y la respuesta de arriba son, letra por letra, los del asiento {index}.',
  'proof.shownCost': 'Se cobró exactamente esto por él: {cost}.',
  'proof.shownEntry':
    'El asiento {index} está en el registro del servidor, en ese lugar entre {size} asientos.',
  'proof.shownSigned':
    'Ese estado del registro está firmado con la clave {key}, que este navegador conoce desde el {date}.',
  'proof.shownLinked':
    'El registro solo creció desde que este navegador guardó su estado de {size} asientos: nada ' +
    'anterior cambió.',
  'proof.shownFirst':
    'Es el primer estado del registro que guarda este navegador. Los siguientes se compararán con él.',
  'proof.notShown': 'Lo que no quedó demostrado',
  'proof.notTrue': 'Que la respuesta sea cierta, ni qué modelo la escribió de verdad: lo dice el servidor.',
  'proof.notCost':
    'Lo que costó ({cost}): está en el asiento {settle}, que tiene su propia prueba y aquí no se comprueba.',
  'proof.notComplete':
    'Que no falte nada. Si un intercambio nunca se asentó, nada en el registro puede mostrar que falta.',
  'proof.notSame':
    'Que otros vean el mismo registro. La clave se dio por buena al verla por primera vez; compárala ' +
    'con otros.',
  'proof.fields': 'El asiento',
  'proof.fieldsUnproved': 'Lo que dice el recibo, sin prueba',
  'proof.index': 'Asiento',
  'proof.at': 'Registrado',
  'proof.trace': 'Traza',
  'proof.account': 'Cuenta',
  'proof.model': 'Modelo',
  'proof.tokens': 'Tokens',
  'proof.tokensValue': '{input} de entrada, {output} de salida ({usage})',
  'proof.usageReported': 'contados por el modelo',
  'proof.usageEstimated': 'estimados',
  'proof.finish': 'Terminó',
  'proof.finishStop': 'completa',
  'proof.finishLength': 'cortada por el límite de longitud',
  'proof.finishCancelled': 'detenida',
  'proof.degraded': 'Suplente',
  'proof.degradedValue': 'Respondió el acompañante sin conexión en lugar del modelo',
  'proof.commitments': 'Compromisos del mensaje y de la respuesta',
  'proof.ledger': 'Registro',
  'proof.ledgerValue': '{origin}, {size} asientos',
  'proof.took': 'Comprobado en {time} ms.',
  'proof.saveProof': 'Guardar la prueba',
  'proof.saveTexts': 'Guardar textos y sales',
  'proof.saveHint':
    'La prueba se puede comprobar en cualquier parte con «hilo ledger verify --receipt». No contiene ' +
    'textos; el segundo archivo muestra de qué textos es.',
  'proof.copyTrace': 'Copiar la traza',
  'proof.erase': 'Borrar este intercambio',
  'proof.eraseTitle': '¿Borrar lo que se dijo?',
  'proof.eraseText':
    'El mensaje y la respuesta se eliminan del servidor y de este navegador, y no se pueden ' +
    'recuperar. El registro conserva que hubo un intercambio, sin sus palabras.',
  'proof.eraseYes': 'Borrar',
  'proof.eraseNo': 'Conservarlo',
  'proof.erasing': 'Borrando…',
  'proof.eraseElsewhere':
    'Este intercambio es de una sesión anterior, y solo ella podía borrarlo. Pídeselo a quien lleva ' +
    'este servidor.',

  'fault.malformed_receipt': 'El recibo no se puede leer.',
  'fault.malformed_key': 'La clave del registro no se puede leer.',
  'fault.malformed_checkpoint': 'El estado firmado del registro no se puede leer.',
  'fault.wrong_origin': 'El recibo es de otro registro.',
  'fault.bad_signature': 'La firma del estado del registro no es válida.',
  'fault.not_included': 'El asiento no está en el registro que se firmó.',
  'fault.other_exchange': 'El recibo es de otro intercambio.',
  'fault.prompt_differs': 'El mensaje registrado no es el que se muestra aquí.',
  'fault.answer_differs': 'La respuesta registrada no es la que se muestra aquí.',
  'fault.cost_differs': 'El cobro registrado no es el que se muestra aquí.',
  'fault.key_changed': 'El registro está firmado con otra clave que la que conoce este navegador.',
  'fault.inconsistent': 'El registro fue reescrito: no continúa el estado que guardó este navegador.',
  'fault.shrunk': 'El registro perdió asientos: es más corto que el estado que guardó este navegador.',

  'unchecked.insecure':
    'Los navegadores solo pueden comprobar pruebas en páginas seguras, con https o en esta misma ' +
    'máquina; esta llegó por http sin cifrar. Guarda la prueba y compruébala en otra parte.',
  'unchecked.unsupported':
    'Este navegador no conoce las firmas Ed25519; uno más nuevo sí. O guarda la prueba y compruébala ' +
    'en otra parte.',
  'unchecked.disconnected': 'Ahora mismo no hay conexión. Se comprueba en cuanto la haya.',
  'unchecked.unavailable':
    'El servidor no dio lo necesario para comparar su registro con el estado guardado aquí.',

  'alarm.title': 'El registro no es el que se conocía aquí',
  'alarm.keyText':
    'Desde el {date} este navegador conoce la clave {known}; ahora el registro está firmado con ' +
    '{found}. Es lo esperable si quien lleva este servidor lo instaló de nuevo o cambió la clave. Si ' +
    'no fue así, alguien puso otro registro en su lugar.',
  'alarm.historyText':
    'El {date} este navegador guardó un estado de {known} asientos que el registro ya no contiene. ' +
    'Es lo esperable tras restaurar una copia de seguridad. Si no fue así, después se quitaron o ' +
    'cambiaron asientos.',
  'alarm.ask':
    'Pregúntale, por otro medio que esta página, antes de seguir. Hasta entonces nada nuevo cuenta ' +
    'como comprobado.',
  'alarm.accept': 'Confiar en él como está',
  'alarm.wait': 'Ahora no',
};
