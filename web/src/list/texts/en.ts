/** The English texts of the list of conversations. */
export const LIST_EN = {
  'list.new': 'New conversation',
  'list.temporary': 'Temporary chat',
  'list.untitled': 'Without a title',
  'list.none': 'What you talk about here is kept in this list.',
  'list.noneArchived': 'Nothing is archived.',
  'list.noneInFolder': 'This folder is empty.',
  'list.more': 'Show older ones',
  'list.menu': 'More for “{title}”',
  'list.closed': 'closed',

  'list.title': 'Title',
  'list.offline': 'There is no connection right now. Nothing was changed.',

  'work.summaries': 'Summaries',
  'work.images': 'Images',
  'work.usage': 'Usage',
  'work.jobs': 'Jobs',

  'choice.label': 'Show',
  'choice.all': 'All conversations',
  'choice.archived': 'Archived',

  'search.label': 'Search',
  'search.none': 'Nothing was found.',
  'search.incomplete': 'Some texts are still being indexed. Search again later to find them too.',
  'search.results': 'Found',

  'menu.leave': 'Leave this menu',
  'menu.rename': 'Rename',
  'menu.pin': 'Pin to the top',
  'menu.unpin': 'Unpin',
  'menu.close': 'Close: no more messages',
  'menu.reopen': 'Open again',
  'menu.archive': 'Archive',
  'menu.share': 'Share…',
  'menu.export': 'Save as a file',
  'menu.folder': 'Folder',
  'menu.noFolder': 'None',
  'menu.delete': 'Delete…',
  'menu.deleteKey': 'Del',

  'share.title': 'Share this conversation',
  'share.text':
    'Anyone who has a link can read “{title}”, without signing in, up to what was said when the link was ' +
    'made. What you say later is not shown, nor is what the model is told beside it.',
  'share.make': 'Make a link',
  'share.makeAnother': 'Make another link',
  'share.close': 'Close',

  'delete.title': 'Delete this conversation?',
  'delete.text':
    '“{title}” is deleted here, on your other devices and on the server, with every message in it. It ' +
    'cannot be brought back. The ledger keeps that it took place, without its words.',
  'delete.no': 'Keep it',
  'delete.yes': 'Delete',
  'delete.going': 'Deleting…',

  'folder.new': 'New folder',
  'folder.edit': 'Folder settings',
  'folder.name': 'Name',
  'folder.instructions': 'What the model is told in its conversations',
  'folder.cancel': 'Cancel',
  'folder.save': 'Save',
  'folder.delete': 'Delete the folder, keep what is in it',

  'group.pinned': 'Pinned',
  'group.today': 'Today',
  'group.yesterday': 'Yesterday',
  'group.week': 'Last seven days',
  'group.older': 'Older',
} as const;
