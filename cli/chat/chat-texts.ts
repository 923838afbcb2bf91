export const CHAT_TEXTS = {
  en: {
    usage: `Usage: hilo chat [--host HOST] [--port PORT] [--key-file FILE | --key KEY]

Chats with a server in the terminal. Without a key you are a guest, until /login EMAIL asks for a
password. An API key comes from a file, from the variable HILO_KEY, or from the command line, where others
on this machine can see it. /help lists the commands, Tab completes them, and the arrow keys bring back
what you have typed. /attach FILE sends a file with the next message: PDF, DOCX, HTML, text or a picture.
Ctrl-C stops an answer; a second Ctrl-C leaves, and so does one when there is no
answer.`,
    greetings: {
      guest:
        'You are a guest here. Write a message and press Enter; /login EMAIL signs you in, ' +
        '/help lists the commands',
      signedIn: 'Signed in. Write a message and press Enter; /help lists the commands',
      signUp:
        'To chat here, sign in: /login EMAIL. /register EMAIL makes an account, /help lists the commands',
      closed:
        'To chat here, sign in: /login EMAIL. With an invitation: /join TOKEN EMAIL; ' +
        '/help lists the commands',
    },
    waiting: 'No connection; another attempt follows',
    back: 'Connected again',
    begun: 'Connected again; the conversation goes on',
    lost: 'The server has forgotten this session; a new conversation begins',
    repeated: 'The answer was lost with the session; here is another one',
    plain: 'Nothing encrypts the connection to {host}, so no password is typed here; use a key (--key-file)',
    paste: 'Write or paste your text; a line with a single "." sends it, ".." stands for such a line',
    signedOut: 'This login has ended; /login EMAIL begins another one',
    noConnection: 'There is no connection',
    attached: 'With the next message: {names}',
    fileFaults: {
      tooMany: 'A message takes {max} files at most',
      unreadable: '{path} cannot be read',
    },
    missed: 'Some of what was said elsewhere was not shown; /history shows it',
  },
  es: {
    usage: `Uso: hilo chat [--host HOST] [--port PUERTO] [--key-file ARCHIVO | --key CLAVE]

Conversa con un servidor en el terminal. Sin clave eres un invitado, hasta que /login CORREO pide una
contraseña. Una clave de API viene de un archivo, de la variable HILO_KEY o de la línea de órdenes, donde
otros usuarios de esta máquina pueden verla. /help enumera las órdenes, el tabulador las completa y las
flechas recuperan lo escrito. /attach ARCHIVO envía un archivo con el próximo mensaje: PDF, DOCX, HTML,
texto o una imagen. Ctrl-C detiene una respuesta; un segundo Ctrl-C sale, igual que uno solo
cuando no hay respuesta.`,
    greetings: {
      guest:
        'Aquí eres un invitado. Escribe un mensaje y pulsa Enter; /login CORREO inicia sesión, ' +
        '/help enumera las órdenes',
      signedIn: 'Sesión iniciada. Escribe un mensaje y pulsa Enter; /help enumera las órdenes',
      signUp:
        'Para conversar aquí, inicia sesión: /login CORREO. /register CORREO crea una cuenta, ' +
        '/help enumera las órdenes',
      closed:
        'Para conversar aquí, inicia sesión: /login CORREO. Con una invitación: /join TOKEN CORREO; ' +
        '/help enumera las órdenes',
    },
    waiting: 'Sin conexión; se volverá a intentar',
    back: 'Conexión restablecida',
    begun: 'Conexión restablecida; la conversación continúa',
    lost: 'El servidor ha olvidado esta sesión; empieza una conversación nueva',
    repeated: 'La respuesta se perdió con la sesión; aquí va otra',
    plain: 'Nada cifra la conexión con {host}: aquí no se escriben contraseñas; usa una clave (--key-file)',
    paste: 'Escribe o pega tu texto; una línea con un solo «.» lo envía, «..» representa una línea así',
    signedOut: 'Esta sesión ha terminado; /login CORREO inicia otra',
    noConnection: 'No hay conexión',
    attached: 'Con el próximo mensaje: {names}',
    fileFaults: {
      tooMany: 'Un mensaje lleva {max} archivos como máximo',
      unreadable: 'No se puede leer {path}',
    },
    missed: 'No se mostró todo lo que se dijo en otro lugar; /history lo muestra',
  },
} as const;
