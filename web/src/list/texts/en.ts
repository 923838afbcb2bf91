/** The English texts of the list of conversations. */
export const LIST_EN = {
  'list.new': 'New conversation',
  'list.untitled': 'Without a title',
  'list.none': 'What you talk about here is kept in this list.',
  'list.noneArchived': 'Nothing is archived.',
  'list.noneInFolder': 'This folder is empty.',
  'list.more': 'Show older ones',
  'list.keys': 'Arrow keys move, Enter opens, F2 renames, Delete deletes',
  'list.menu': 'More for “{title}”',
  'list.closed': 'closed',

  'group.pinned': 'Pinned',
  'group.today': 'Today',
  'group.yesterday': 'Yesterday',
  'group.week': 'Last seven days',
  'group.older': 'Older',
} as const;
