/** What `hilo usage` says. */
export const USAGE_TEXTS = {
  en: {
    usage: `Usage: hilo usage [FROM] [TO]
  --user USER                  an id, an e-mail or "all" (administrators)
  --team TEAM                  what a team has paid for (its managers)
  --json                       the whole result as JSON
  --csv                        single requests of the last days as CSV
  --host HOST --port PORT      the server (APP_HOST, APP_PORT)
  --key KEY                    an API key (HILO_KEY)

Shows what was used; FROM and TO are days such as 2026-11-30. Without them, the last 30 days.`,
    keyNeeded: 'This needs a key (--key or HILO_KEY): a guest of this command has used nothing',
  },
  es: {
    usage: `Uso: hilo usage [DESDE] [HASTA]
  --user USUARIO               un id, un correo o «all» (administradores)
  --team EQUIPO                lo que ha pagado un equipo (quienes lo gestionan)
  --json                       el resultado completo en JSON
  --csv                        las peticiones de los últimos días, una a una, en CSV
  --host HOST --port PUERTO    el servidor (APP_HOST, APP_PORT)
  --key CLAVE                  una clave de API (HILO_KEY)

Muestra lo que se usó; DESDE y HASTA son días como 2026-11-30. Sin ellos, los últimos 30 días.`,
    keyNeeded: 'Esto requiere una clave (--key o HILO_KEY): un invitado de esta orden no ha usado nada',
  },
} as const;
