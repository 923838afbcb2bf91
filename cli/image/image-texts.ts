/** What `hilo image` says. */
export const IMAGE_TEXTS = {
  en: {
    usage: `Usage: hilo image PROMPT
  --out FILE                   where the PNG goes (hilo-ID.png in this folder)
  --size WIDTHxHEIGHT          in pixels (1024x1024)
  --seed NUMBER                the same one gives the same picture again, from models that can
  --style WORDS                how it is drawn, such as "ink"
  --route ROUTE                the model
  --json                       the whole result as JSON
  --host HOST --port PORT      the server (APP_HOST, APP_PORT)
  --key KEY                    an API key (HILO_KEY); a guest without one

Draws a picture and writes it to a file, whose name is the output. Progress goes to the standard error.`,
    notWritten: 'The file {path} cannot be written: {code}',
  },
  es: {
    usage: `Uso: hilo image DESCRIPCIÓN
  --out ARCHIVO                dónde se guarda el PNG (hilo-ID.png en esta carpeta)
  --size ANCHOxALTO            en píxeles (1024x1024)
  --seed NÚMERO                la misma semilla da la misma imagen, si el modelo sabe repetirla
  --style PALABRAS             cómo se dibuja, por ejemplo «a tinta»
  --route RUTA                 el modelo
  --json                       el resultado completo en JSON
  --host HOST --port PUERTO    el servidor (APP_HOST, APP_PORT)
  --key CLAVE                  una clave de API (HILO_KEY); sin ella, como invitado

Dibuja una imagen y la guarda en un archivo, cuyo nombre es la salida. El progreso va a la salida de
errores.`,
    notWritten: 'No se puede escribir el archivo {path}: {code}',
  },
} as const;
