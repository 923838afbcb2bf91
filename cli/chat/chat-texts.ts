export const CHAT_TEXTS = {
  en: {
    usage: `Usage: hilo chat [--host HOST] [--port PORT] [--key-file FILE]

Chats with a server in the terminal. Without a key you are a guest; an API key comes from a file or from
the variable HILO_KEY. /help lists the commands, Tab completes them. Ctrl-C stops an answer, and leaves
when there is none.`,
    waiting: 'No connection; another attempt follows',
    back: 'Connected again',
    lost: 'The server has forgotten this session; a new conversation begins',
    noSecrets: 'A password cannot be typed here; make an API key on the page, and use --key-file',
    noConnection: 'There is no connection',
  },
  es: {
    usage: `Uso: hilo chat [--host HOST] [--port PUERTO] [--key-file ARCHIVO]

Conversa con un servidor en el terminal. Sin clave eres un invitado; una clave de API viene de un archivo
o de la variable HILO_KEY. /help enumera las órdenes y el tabulador las completa. Ctrl-C detiene una
respuesta, y sale cuando no hay ninguna.`,
    waiting: 'Sin conexión; se volverá a intentar',
    back: 'Conexión restablecida',
    lost: 'El servidor ha olvidado esta sesión; empieza una conversación nueva',
    noSecrets:
      'Aquí no se puede escribir una contraseña; crea una clave de API en la página y usa --key-file',
    noConnection: 'No hay conexión',
  },
} as const;
