/** The English texts that every page needs. */
export const EN = {
  'app.name': 'Hilo',

  'header.language': 'ES: cambiar a español',
  'header.account': 'Account: {name}',
  'header.signIn': 'Sign in',
  'header.themeSystem': 'Theme: as the system. Switch to light',
  'header.themeLight': 'Theme: light. Switch to dark',
  'header.themeDark': 'Theme: dark. Switch to the system’s',

  'side.label': 'Conversations',
  'side.close': 'Close',

  'code.label': 'Code',
  'table.label': 'Table',
  'math.label': 'Formula',
  'code.copy': 'Copy',
  'action.copied': 'Copied',

  'credits.cost': '{amount} credits',
  'credits.costOne': '1 credit',
  'credits.free': 'Free',

  'time.seconds': '{seconds} s',
  'time.minutes': '{minutes} min',
} as const;
