/** The English texts of signing in and of the account. */
export const PEOPLE_EN = {
  'missing.title': 'There is no such page',
  'missing.text': 'The address may be mistyped, or from another version of this server.',
  'people.back': 'Back to the conversation',
  'people.busy': 'One moment…',

  'account.teams': 'Teams and who pays',
  'account.admin': 'Administration',
  'signIn.title': 'Sign in',
  'signIn.lead': 'Your conversations and credits are the same on every device.',
  'signIn.needed': 'This server is for people with an account: sign in to go on.',
  'signIn.closed': 'Accounts are made by an administrator of this server, or with an invitation.',
  'signIn.with': 'Go on with {name}',
  'signIn.button': 'Sign in',
  'signIn.noAccount': 'No account yet?',
  'signIn.register': 'Create one',
  'signIn.forgotten':
    'Forgot your password? An administrator of this server can give you a link to set a new one.',
  'signIn.guest': 'Go on as a guest',

  'register.title': 'Create an account',
  'register.invited': 'You have been invited to make an account here.',
  'register.invitedTeam': 'You will be in the team {team}.',
  'register.invitedAdmin': 'You have been invited to make an account here, as an administrator.',
  'register.lead': 'What you said here as a guest, and what is left of your credits, comes with you.',
  'register.button': 'Create account',
  'register.hasAccount': 'Already have an account?',
  'register.signIn': 'Sign in',

  'reset.title': 'Set a new password',
  'reset.lead': 'The link works once. You are signed out everywhere else.',
  'reset.button': 'Set password',
  'reset.noLink': 'This page needs the whole link that an administrator gave you.',
  'reset.done': 'Your password is set. You can sign in with it now.',

  'field.email': 'E-mail',
  'field.password': 'Password',
  'field.newPassword': 'New password',
  'field.currentPassword': 'Current password',
  'field.passwordHint': 'At least 10 characters; a sentence is easy to remember.',
  'field.name': 'Name (optional)',

  'account.title': 'Your account',
  'account.loading': 'Loading…',
  'account.signInFirst': 'Sign in to see your account.',
  'account.signOut': 'Sign out',
  'account.signInLink': 'Sign in',
  'account.saved': 'Saved.',
  'account.save': 'Save',

  'profile.title': 'Profile',
  'profile.name': 'Name',
  'profile.retention': 'Delete my texts after this many days',
  'profile.retentionHint': 'Empty: they are kept until you delete them.',

  'password.title': 'Password',
  'password.lead': 'Changing it signs you out on every other device.',
  'password.button': 'Change password',
  'password.done': 'Your password has changed.',

  'logins.title': 'Where you are signed in',
  'logins.current': 'this device',
  'logins.used': 'last used {time}',
  'logins.end': 'End',
  'logins.endOne': 'End the login of {device}',
  'logins.endOthers': 'End all others',
  'logins.unknown': 'Unknown program',
  'logins.ended': 'Ended.',

  'keys.title': 'API keys',
  'keys.lead': 'Programs and editors use Hilo with a key, under your limits and on your credits.',
  'keys.api': 'Addresses, examples and all operations for programs',
  'keys.none': 'You have no keys.',
  'keys.name': 'Name of the new key',
  'keys.create': 'Create key',
  'keys.once': 'Copy the key now. It is not shown again.',
  'keys.copy': 'Copy key',
  'keys.neverUsed': 'never used',
  'keys.used': 'last used {time}',
  'keys.revoke': 'Revoke',
  'keys.revokeOne': 'Revoke the key {name}',
  'keys.revoked': 'Revoked.',

  'sharesPage.title': 'Shared conversations',
  'sharesPage.lead': 'Whoever has one of these links can read what it shows, until you withdraw it.',
  'sharesPage.none': 'You have shared nothing. “Share…” in the menu of a conversation makes a link.',

  'export.title': 'Take everything with you',
  'export.lead':
    'One file with your profile, folders, links, conversations with every branch, and your statement. It ' +
    'can be imported here or in another Hilo.',
  'export.button': 'Save as a file',
  'export.reading': 'Reading… {amount} KB',
  'export.done': 'The file is complete.',

  'import.title': 'Import conversations',
  'import.lead':
    'From Open WebUI, from ChatGPT (conversations.json), or from Hilo. Branches and dates are kept; ' +
    'pictures and the messages of tools are left out. Importing a file twice gives you everything twice.',
  'import.button': 'Choose a file…',
  'import.busy': 'Importing…',
  'import.goOn': 'Go on',
  'import.progress': '{done} of {total} conversations',
  'import.none': 'No conversation was imported.',
  'import.one': '1 conversation with {messages} messages was imported.',
  'import.oneOne': '1 conversation with 1 message was imported.',
  'import.some': '{count} conversations with {messages} messages were imported.',
  'import.deletedSoon':
    'Texts are kept here for {days} days. {messages} of the imported messages are older, and are ' +
    'deleted within hours.',
  'import.deletedSoonOne':
    'Texts are kept here for {days} days. One of the imported messages is older, and is ' +
    'deleted within hours.',
  'import.leftOut': 'Left out:',
  'import.filesTooLarge': 'It was taken over without its files, which are too large to be sent.',
  'import.oneTooLarge': 'It, or a message in it, is too large to be taken over.',
  'import.oneFaulty': 'A part of it is missing or damaged: {place}',
  'import.untitled': 'Without a title',
  'import.more': 'And {count} more.',
  'import.away': 'The server cannot be reached right now. What was imported so far is kept.',
  'import.archive': 'This is a ZIP file. Unpack it, and choose conversations.json from it.',
  'import.unknown': 'This is no export of Open WebUI, ChatGPT or Hilo.',
  'import.empty': 'There is no conversation in this file.',
  'import.tooLarge': 'This file is larger than 256 MB, more than the browser can read at once.',

  'adopt.title': 'What you said as a guest',
  'adopt.lead':
    'This browser was used without an account as well. You can take over what was said then: ' +
    'conversations, folders and links. The guest’s credits stay with the guest.',
  'adopt.button': 'Take over',
  'adopt.none': 'There was nothing to take over.',
  'adopt.one': '1 conversation is yours now.',
  'adopt.some': '{count} conversations are yours now.',

  'erase.title': 'Erase',
  'erase.lead': 'Erase what you said and keep the account, or erase the account with everything in it.',
  'erase.leadGuest': 'Erase everything that you said here as a guest.',
  'erase.no': 'Keep it all',
  'erase.going': 'Erasing…',
  'eraseAll.button': 'Erase all conversations…',
  'eraseAll.title': 'Erase all your conversations?',
  'eraseAll.text':
    'Every conversation and folder of yours is erased, with every message in it: on the server, in this ' +
    'browser and on your other devices. Links that you have shared stop working. Nobody can bring it ' +
    'back.',
  'eraseAll.stays':
    'What stays: your account, your credits, and in the ledger that exchanges took place, without their ' +
    'words.',
  'eraseAll.yes': 'Erase for good',
  'eraseAll.done': '{count} conversations were erased.',
  'eraseAll.doneOne': '1 conversation was erased.',
  'eraseAccount.button': 'Erase the account…',
  'eraseAccount.title': 'Erase your account for good?',
  'eraseAccount.text':
    'The account is erased from the server with its conversations, folders, links, logins, API keys and ' +
    'credits. You are signed out everywhere, and nobody can bring it back.',
  'eraseAccount.stays':
    'What stays are entries of the ledger: amounts and random numbers, which name nobody.',
  'eraseAccount.password': 'Your password',
  'eraseAccount.yes': 'Erase the account',
  'erased.title': 'Your account is erased',
  'erased.text': 'Everything that belonged to it is gone from the server and from this browser.',
  'erased.link': 'Go on as a guest',

  'creditsPage.title': 'Credits',
  'creditsPage.left': '{amount} credits left',
  'creditsPage.leftOne': '1 credit left',
  'creditsPage.gift': 'Up to {amount} free credits more come as you use them.',
  'creditsPage.statement': 'What was granted and charged, the newest first',
  'creditsPage.none': 'Nothing was granted or charged yet.',
  'creditsPage.more': 'Earlier entries',
  'creditsPage.time': 'Time',
  'creditsPage.what': 'What',
  'creditsPage.amount': 'Amount',
  'entry.grant': 'Granted',
  'entry.gift': 'Free credits',
  'entry.signUp': 'Free credits for a new account',
  'entry.import': 'Carried over',
  'entry.refund': 'Refunded',
  'entry.charge': 'Message',
  'entry.allowance': 'Allowance',
  'entry.erase': 'Texts erased',
  'entry.retention': 'Texts erased: their time was over',
  'entry.companion': 'offline companion',
  'limit.close': 'Close this notice',
  'entry.other': 'Entry',
} as const;
