/** What `hilo submit` and `hilo history` say. */
export const JOBS_TEXTS = {
  en: {
    submitUsage: `Usage: hilo submit PROMPT | -
  --detach                     do not wait: write the id of the job (needs a key)
  --route ROUTE                the model
  --webhook URL                is told of the end (needs a key and a secret: hilo webhook secret)
  --json                       the job and its answer as JSON
  --host HOST --port PORT      the server (APP_HOST, APP_PORT)
  --key KEY                    an API key (HILO_KEY); a guest without one

Puts a prompt into the queue, where it is answered when nobody in person waits for the model; "-" reads it
from the standard input. How far it is goes to the standard error. An interrupt ends the waiting, not the
job.`,
    historyUsage: `Usage: hilo history
  -n COUNT                     how many at most (10)
  --json                       the whole result as JSON
  --host HOST --port PORT      the server (APP_HOST, APP_PORT)
  --key KEY                    an API key (HILO_KEY)

Lists what was asked and answered in your jobs, newest first.`,
    keyNeeded: 'This needs a key (--key or HILO_KEY): a guest is gone when the command ends',
    running: 'Running',
    part: 'Running: {done} of {of}',
    again: 'Failed; tried again at {time}',
    cancelled: 'The job was cancelled',
    charged: '{count} credits charged',
  },
  es: {
    submitUsage: `Uso: hilo submit PETICIÓN | -
  --detach                     no esperes: escribe el id del trabajo (requiere una clave)
  --route RUTA                 el modelo
  --webhook URL                recibe el final (requiere una clave y un secreto: hilo webhook secret)
  --json                       el trabajo y su respuesta en JSON
  --host HOST --port PUERTO    el servidor (APP_HOST, APP_PORT)
  --key CLAVE                  una clave de API (HILO_KEY); sin ella, como invitado

Pone una petición en la cola, donde se responde cuando nadie espera al modelo; «-» la lee de la entrada
estándar. El progreso va a la salida de errores. Una interrupción termina la espera, no el trabajo.`,
    historyUsage: `Uso: hilo history
  -n CANTIDAD                  cuántos como máximo (10)
  --json                       el resultado completo en JSON
  --host HOST --port PUERTO    el servidor (APP_HOST, APP_PORT)
  --key CLAVE                  una clave de API (HILO_KEY)

Enumera lo que se pidió y se respondió en tus trabajos, primero lo nuevo.`,
    keyNeeded: 'Esto requiere una clave (--key o HILO_KEY): un invitado desaparece cuando termina la orden',
    running: 'En curso',
    part: 'En curso: {done} de {of}',
    again: 'Ha fallado; se intenta otra vez a las {time}',
    cancelled: 'El trabajo se canceló',
    charged: '{count} créditos cobrados',
  },
} as const;
