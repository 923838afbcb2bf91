/** What `hilo webhook` says. */
export const WEBHOOK_TEXTS = {
  en: {
    usage: `Usage: hilo webhook COMMAND

  hilo webhook list            the webhooks of your jobs and what came of the last tries (needs a key)
  hilo webhook secret EMAIL    make a new secret that your webhooks are signed with, and write it; asks for
                               the password of the account on a terminal, else reads its first line of input

  -n COUNT                     list: how many at most (30)
  --json                       the whole result as JSON
  --host HOST --port PORT      the server (APP_HOST, APP_PORT)
  --key KEY                    an API key of a user (HILO_KEY)

A job gets its webhook when it is submitted: hilo submit PROMPT --webhook URL. The secret is shown only once.
It is not enough to have a key: whoever finds one could otherwise sign as you do.`,
    keyNeeded: 'This needs a key (--key or HILO_KEY): guests have no webhooks',
    question: 'Password for {email}: ',
    cancelled: 'Cancelled',
    previousUntil: 'The secret before it signs as well until {time}',
  },
  es: {
    usage: `Uso: hilo webhook ORDEN

  hilo webhook list            los webhooks de tus trabajos y el resultado de los últimos intentos (requiere
                               una clave)
  hilo webhook secret CORREO   crea un secreto nuevo con el que se firman tus webhooks, y lo escribe; pide la
                               contraseña de la cuenta en un terminal, y si no lee la primera línea de la
                               entrada

  -n CANTIDAD                  list: cuántos como máximo (30)
  --json                       el resultado completo en JSON
  --host HOST --port PUERTO    el servidor (APP_HOST, APP_PORT)
  --key CLAVE                  una clave de API de un usuario (HILO_KEY)

Un trabajo recibe su webhook cuando se envía: hilo submit PETICIÓN --webhook URL. El secreto se muestra solo
una vez. No basta con una clave: quien encontrara una podría firmar como tú.`,
    keyNeeded: 'Esto requiere una clave (--key o HILO_KEY): los invitados no tienen webhooks',
    question: 'Contraseña de {email}: ',
    cancelled: 'Cancelado',
    previousUntil: 'El secreto anterior también firma hasta {time}',
  },
} as const;
