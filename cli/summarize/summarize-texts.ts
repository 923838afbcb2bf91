/** What `hilo summarize` says. */
export const SUMMARIZE_TEXTS = {
  en: {
    usage: `Usage: hilo summarize FILE | URL | -
  --length short|medium|long   how long the summary is (medium)
  --style WORDS                how it is written, such as "as a list"
  --route ROUTE                the model
  --json                       the whole result as JSON
  --host HOST --port PORT      the server (APP_HOST, APP_PORT)
  --key KEY                    an API key (HILO_KEY); a guest without one

Summarises a PDF, a DOCX, a page or a text; "-" reads it from the standard input. How far it is goes to the
standard error.`,
    notRead: 'The file {path} cannot be read: {code}',
  },
  es: {
    usage: `Uso: hilo summarize ARCHIVO | URL | -
  --length short|medium|long   la extensión del resumen (medium)
  --style PALABRAS             cómo se escribe, por ejemplo «como una lista»
  --route RUTA                 el modelo
  --json                       el resultado completo en JSON
  --host HOST --port PUERTO    el servidor (APP_HOST, APP_PORT)
  --key CLAVE                  una clave de API (HILO_KEY); sin ella, como invitado

Resume un PDF, un DOCX, una página o un texto; «-» lo lee de la entrada estándar. El progreso va a la salida
de errores.`,
    notRead: 'No se puede leer el archivo {path}: {code}',
  },
} as const;
