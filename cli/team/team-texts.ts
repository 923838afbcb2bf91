/** What `hilo team` says. */
export const TEAM_TEXTS = {
  en: {
    usage: `Usage: hilo team COMMAND
  list                              the teams
  create NAME                       make a team with a wallet of its own
  rename TEAM NAME                  call it otherwise
  delete TEAM                       nobody can spend what is left in its wallet
  members TEAM                      the team, what is left in its wallet, and its members
  add TEAM USER [member|manager]    add somebody who has an account
  role TEAM USER member|manager     change what a member may do
  remove TEAM USER                  remove a member, at once
  budget TEAM USER CREDITS PERIOD   the most in each day, week or month
  budget TEAM USER none             as much as the wallet has
  wallet TEAM [AMOUNT]              show the wallet, or put credits into it

  --json                            the result as JSON
  --host HOST --port PORT           the server (APP_HOST, APP_PORT)
  --key KEY                         a key (HILO_KEY); an API key only reads

Without a key the operator asks, whose key is found by DATA_DIR.`,
  },
  es: {
    usage: `Uso: hilo team ORDEN
  list                              los equipos
  create NOMBRE                     crea un equipo con su propio monedero
  rename EQUIPO NOMBRE              le cambia el nombre
  delete EQUIPO                     nadie podrá gastar lo que quede en su monedero
  members EQUIPO                    el equipo, lo que queda en su monedero y sus miembros
  add EQUIPO USUARIO [member|manager]
                                    añade a alguien que ya tiene cuenta
  role EQUIPO USUARIO member|manager
                                    cambia lo que puede hacer un miembro
  remove EQUIPO USUARIO             saca a un miembro, al instante
  budget EQUIPO USUARIO CRÉDITOS PERIODO
                                    lo máximo en cada day, week o month (día, semana o mes)
  budget EQUIPO USUARIO none        todo lo que tenga el monedero
  wallet EQUIPO [CANTIDAD]          muestra el monedero, o pone créditos en él

  --json                            el resultado en JSON
  --host HOST --port PUERTO         el servidor (APP_HOST, APP_PORT)
  --key CLAVE                       una clave (HILO_KEY); una clave de API solo lee

Sin clave pregunta el operador, cuya clave se busca con DATA_DIR.`,
  },
} as const;
