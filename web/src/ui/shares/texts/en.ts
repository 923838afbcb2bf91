/** The English texts about links to conversations. */
export const SHARES_EN = {
  'shares.label': 'Links',
  'shares.made': 'Made on {time}',
  'shares.copy': 'Copy link',
  'shares.copyOne': 'Copy link to “{title}”, made on {time}',
  'shares.copied': 'Copied',
  'shares.notCopied': 'The browser did not let the link be copied. Select it and copy it yourself.',
  'shares.withdraw': 'Withdraw',
  'shares.withdrawOne': 'Withdraw the link to “{title}”, made on {time}',
  'shares.withdrawn': 'The link is withdrawn. Nobody can open it any more.',
  'shares.untitled': 'Without a title',
  'shares.nothing': 'There is nothing to share yet: nobody has said anything in this conversation.',
  'shares.away': 'There is no connection right now. Nothing was changed.',
} as const;
