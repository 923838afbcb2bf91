/** The English texts of a shared conversation. */
export const SHARED_EN = {
  'shared.status': 'Shared conversation',
  'shared.untitled': 'A conversation',
  'shared.reading': 'Opening the conversation…',
  'shared.label': 'Shared conversation',
  'shared.them': 'Message',
  'shared.answer': 'Answer',
  'shared.thoughts': 'Thoughts',
  'shared.erasedMessage': 'Erased message',
  'shared.erasedAnswer': 'Erased answer',
  'shared.earlier': 'Show earlier messages',
  'shared.end': 'What was shared ends here. A program wrote the answers; it can be wrong.',
  'shared.own': 'Begin a conversation of your own',
  'shared.goneTitle': 'There is nothing behind this link',
  'shared.gone':
    'Whoever shared this conversation has withdrawn the link, or it was never complete. Ask for a new one.',
  'shared.awayTitle': 'The conversation cannot be read right now',
  'shared.away': 'The server does not answer. The link may still be good.',
  'shared.again': 'Try again',
} as const;
