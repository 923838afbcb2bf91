/** The conversation's English texts. Every key must exist in each language; the types make sure of it. */
export const CHAT_EN = {
  'chat.skip': 'Skip to the message box',

  'connection.label': 'Connection',
  'connection.connecting': 'Connecting…',
  'connection.ready': 'Connected',
  'connection.resumed': 'Back, nothing lost',
  'connection.back': 'Connected again',
  'connection.waiting': 'Reconnecting in {seconds} s',
  'connection.soon': 'Reconnecting…',
  'connection.draining': 'Server restarting',
  'connection.ended': 'In another window',

  'banner.connect': 'Connect now',
  'banner.kept': 'What you write here is kept.',
  'banner.draining': 'The server is restarting. A message you send now goes out when it is back.',
  'banner.ended': 'This conversation goes on in another window. Here it can go on with a session of its own.',
  'banner.unkept': 'This browser has no room left. What you read here is lost when you close this window.',
  'banner.here': 'Go on here',

  'reason.network': 'The connection was cut.',
  'reason.server_unreachable': 'The server is not there right now.',
  'reason.ended': 'The connection was closed.',
  'reason.unresponsive': 'The server stopped answering.',
  'reason.draining': 'The server is restarting.',
  'reason.server_full': 'The server is full right now.',
  'reason.again': 'Trying again in {seconds} s.',
  'reason.againNow': 'Trying again now.',

  'header.new': 'New conversation',

  'picker.label': 'Who answers: {who}',
  'picker.companion': 'Offline companion',
  'picker.title': 'Who answers here, and how',
  'picker.model': 'Model',
  'picker.standard': 'As usual ({model})',
  'picker.persona': 'Persona',
  'picker.noPersona': 'None',
  'picker.instructions': 'What the model is told in this conversation',
  'picker.hint': 'It holds from the next message on.',
  'picker.cancel': 'Cancel',
  'picker.save': 'Save',
  'picker.saved': 'Saved.',

  'temporary.title': 'Temporary chat',
  'temporary.mark': 'Temporary: nothing said here is kept.',
  'temporary.text':
    'This is a temporary chat. Its words are kept nowhere: not on the server, not in this browser. It is ' +
    'gone when you leave it or close the page. The ledger keeps that it took place, without its words.',
  'temporary.ended':
    'The temporary chat ended with its connection. Nothing of it was kept; what you write now is.',

  'new.title': 'Start a new conversation?',
  'new.text':
    'This one is removed from this browser, and the model forgets it. Its text stays on the server.',
  'new.textErased':
    'This one is removed from this browser and from the server, and cannot be brought back. The ledger ' +
    'keeps that it took place, without its words.',
  'new.erase': 'Also erase its text on the server',
  'new.eraseYes': 'Erase and start anew',
  'new.erasing': 'Erasing…',
  'new.unerased': 'Not erased on the server: {count}.',
  'new.yes': 'Start anew',
  'new.no': 'Keep it',

  'empty.title': 'What would you like to talk about?',
  'empty.text': 'A program answers here, not a person. It can be wrong, and it has time.',
  'empty.model': 'The language model {model} answers here, not a person. It can be wrong, and it has time.',
  'empty.companion':
    'The offline companion answers here: a small program with simple replies. It is neither a language ' +
    'model nor a person, and it has time.',
  'empty.openers': 'A place to start',
  'empty.opener1': 'I have something on my mind and do not know where to begin.',
  'empty.opener2': 'Help me find the words for a difficult message.',
  'empty.opener3': 'Explain something to me that I never quite understood.',

  'opening.reading': 'Opening the conversation…',
  'opening.unknown':
    'There is no conversation of yours at this address. It may have been deleted, or it belongs to an ' +
    'account that is not signed in here.',
  'opening.deleted': 'This conversation was deleted, here and on the server.',

  'log.earlier': 'Show earlier messages',
  'log.readingEarlier': 'Reading earlier messages…',
  'log.label': 'Conversation',
  'log.end': 'To the end',
  'log.you': 'You',
  'log.answer': 'Answer',
  'log.copyAnswer': 'Copy answer',

  'message.edit': 'Edit message',
  'message.copy': 'Copy message',
  'answer.again': 'Answer again',
  'edit.label': 'Other words for your message',
  'edit.hint': 'The first version stays, with everything that followed it.',
  'edit.cancel': 'Cancel',
  'edit.send': 'Send again',
  'versions.place': '{number} of {count}',
  'versions.message': 'Version of the message: {place}',
  'versions.answer': 'Version of the answer: {place}',
  'versions.back': 'Earlier version',
  'versions.on': 'Later version',
  'versions.failed': 'The other version cannot be read right now.',

  'turn.elsewhere': 'From another of your windows or devices',
  'turn.held': 'Goes out when the connection is back',
  'turn.heldElsewhere': 'Not sent: this conversation is open in another window',
  'turn.sending': 'Sending…',
  'turn.next': 'Next in line, about {time}',
  'turn.queued': '{place} in line, about {time}',
  'turn.loading': 'The model is being loaded…',
  'turn.thought': 'Thought for {time}',
  'turn.thoughts': 'Thoughts',
  'turn.thinking': 'Thinking…',
  'turn.stopping': 'Stopping…',
  'turn.stopped': 'Stopped by you',
  'turn.stoppedElsewhere': 'Stopped, not in this window',
  'turn.stoppedEarly': 'Stopped by you before the answer began',
  'turn.lost': 'The answer was cut off: the session ended before it was whole.',
  'turn.lostEarly': 'This message was not answered: the session ended first.',
  'turn.cut': 'Cut at the length limit',
  'turn.retry': 'Try again',
  'turn.retryIn': 'Try again in {seconds} s',
  'turn.partial': 'What had arrived is kept above.',
  'turn.erasedMessage': 'Erased message',
  'turn.erasedAnswer': 'Erased answer',

  'mark.offline': 'Offline companion',
  'mark.degraded': 'The model is not answering; this is the offline companion',

  'notice.restarted':
    'The server was restarted. What stands above can still be read here, but the model no longer knows it.',
  'notice.expired':
    'After a long time away the session ended. What stands above can be read, but the model forgot it.',
  'notice.gap':
    'Part of the session was lost on the way. What stands above can still be read, but the model forgot it.',
  'notice.droppedOne': 'This browser no longer keeps 1 earlier message and its answer.',
  'notice.dropped': 'This browser no longer keeps {count} earlier messages and their answers.',
  'notice.forgotten':
    'The server no longer has this conversation. What stands above can be read; the model does not know it.',
  'notice.copied': 'This window has its own session. The model does not know what stands above.',

  'notice.memory': 'The model no longer sees what is above.',

  'composer.closed': 'This conversation is closed. It can be read, and takes no messages.',
  'composer.archived': 'This conversation is archived. It can be read, and takes no messages.',
  'composer.reopen': 'Open it again',
  'composer.reopened': 'The conversation is open again',

  'composer.label': 'Your message',
  'composer.placeholder': 'Write a message',
  'composer.send': 'Send',
  'composer.stop': 'Stop the answer',
  'composer.keys': 'Enter sends · Shift + Enter for a new line',
  'composer.takeBack': 'Take the message back',
  'composer.keysTakeBack': 'Esc takes the message back',
  'composer.keysStop': 'Esc stops the answer',
  'composer.stopLater': 'Stop the answer when connected again',
  'composer.keysStopLater': 'Not connected · Esc stops the answer when it goes on',
  'composer.stopsLater': 'Not connected · The answer will be stopped when it goes on',
  'composer.busy': 'Wait for the answer to end, or stop it, then send',
  'composer.limited': 'That was a lot at once. You can write again in {time}; your text is kept.',
  'composer.wait': 'You can send in {seconds} seconds',
  'composer.tooLong': 'The message is too long: about {tokens} tokens, and at most {budget} fit. Shorten it.',
  'composer.tooLarge': 'The message is too large to send at once. Shorten or split it.',
  'composer.credits':
    'Not enough credits: {balance} left, about {need} needed. A shorter message or a new ' +
    'conversation needs less; for more, ask whoever runs this server.',

  'credits.only': 'Only',
  'credits.unit': 'credits',
  'credits.unitOne': 'credit',
  'credits.label': '{amount} credits left',
  'credits.labelOne': '1 credit left',
  'credits.labelLow': 'Your credits are nearly used up: {amount} left',

  'mark.checking': 'Checking receipt…',
  'mark.proved': 'Receipt checked',
  'mark.unchecked': 'Receipt not checked',
  'mark.failed': 'Receipt is wrong',
  'mark.erased': 'Erased',
  'mark.details': 'Details',

  'alarm.key': 'This server’s ledger is now signed with another key than before.',
  'alarm.history': 'This server’s ledger does not continue the one that this browser knows.',
  'alarm.details': 'What this means',

  'place.2': 'Second',
  'place.3': 'Third',
  'place.4': 'Fourth',
  'place.5': 'Fifth',
  'place.6': 'Sixth',
  'place.7': 'Seventh',
  'place.8': 'Eighth',
  'place.9': 'Ninth',
  'place.10': 'Tenth',
  'place.other': 'Place {position}',

  'announce.done': 'End of the answer',
  'announce.limitedOver': 'You can write again',
} as const;
