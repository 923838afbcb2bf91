/** What `hilo batch` says. */
export const BATCH_TEXTS = {
  en: {
    usage: `Usage: hilo batch COMMAND

  hilo batch create FILE|-     put every line of a file of JSON Lines into the queue, wait for the end and
                               write the results; "-" reads the lines from the standard input
  hilo batch list              your batches, newest first
  hilo batch show BATCH        how far a batch is, or why nothing of it was run
  hilo batch output BATCH      the results of a batch that is over, one line of JSON each
  hilo batch cancel BATCH      what is done stays

  --detach                     create: do not wait: write the id of the batch
  --failures                   output: the lines that failed, with their reasons
  --out FILE                   create, output: where the results go (the standard output)
  -n COUNT                     list: how many at most (20)
  --json                       the batch as JSON; with create only --out writes the results
  --host HOST --port PORT      the server (APP_HOST, APP_PORT)
  --key KEY                    an API key of a user (HILO_KEY)

A line is what jobs.submit takes, such as {"customId": "1", "prompt": "Three names for a cat"}. How far a
batch is goes to the standard error. An interrupt ends the waiting, not the batch.`,
    keyNeeded: 'This needs a key (--key or HILO_KEY): guests have no batches',
    notRead: 'The file {path} cannot be read: {code}',
    notWritten: 'The file {path} cannot be written: {code}',
    progress: '{status}: {done} of {total} done, {failed} failed',
    line: 'line {line}: {message}',
    someFailed: '{failed} of {total} lines failed; hilo batch output {id} --failures says why',
    noOutput: 'There is nothing: the batch is not over, or has no such lines',
    statuses: {
      checking: 'Checking the lines',
      running: 'Running',
      cancelling: 'Being cancelled',
      completed: 'Completed',
      failed: 'Refused',
      expired: 'Expired',
      cancelled: 'Cancelled',
    },
  },
  es: {
    usage: `Uso: hilo batch ORDEN

  hilo batch create ARCHIVO|-  pone en la cola cada línea de un archivo JSON Lines, espera al final y
                               escribe los resultados; «-» lee las líneas de la entrada estándar
  hilo batch list              tus lotes, primero lo nuevo
  hilo batch show LOTE         por dónde va un lote, o por qué no se ejecutó nada
  hilo batch output LOTE       los resultados de un lote terminado, cada uno en una línea de JSON
  hilo batch cancel LOTE       lo hecho se queda

  --detach                     create: no esperes: escribe el id del lote
  --failures                   output: las líneas que han fallado, con sus motivos
  --out ARCHIVO                create, output: dónde van los resultados (la salida estándar)
  -n CANTIDAD                  list: cuántos como máximo (20)
  --json                       el lote en JSON; con create, solo --out escribe los resultados
  --host HOST --port PUERTO    el servidor (APP_HOST, APP_PORT)
  --key CLAVE                  una clave de API de un usuario (HILO_KEY)

Una línea es lo que toma jobs.submit, como {"customId": "1", "prompt": "Tres nombres para un gato"}. El
progreso va a la salida de errores. Una interrupción termina la espera, no el lote.`,
    keyNeeded: 'Esto requiere una clave (--key o HILO_KEY): los invitados no tienen lotes',
    notRead: 'No se puede leer el archivo {path}: {code}',
    notWritten: 'No se puede escribir el archivo {path}: {code}',
    progress: '{status}: {done} de {total} hechas, {failed} fallidas',
    line: 'línea {line}: {message}',
    someFailed: 'Han fallado {failed} de {total} líneas; hilo batch output {id} --failures dice por qué',
    noOutput: 'No hay nada: el lote no ha terminado, o no tiene esas líneas',
    statuses: {
      checking: 'Comprobando las líneas',
      running: 'En curso',
      cancelling: 'Cancelándose',
      completed: 'Completado',
      failed: 'Rechazado',
      expired: 'Caducado',
      cancelled: 'Cancelado',
    },
  },
} as const;
