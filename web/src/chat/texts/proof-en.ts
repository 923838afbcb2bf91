/** The English texts about proofs; loaded with them. */
export const PROOF_EN = {
  'proof.title': 'Proof of this exchange',
  'proof.close': 'Close',
  'proof.leadChecking': 'This browser is checking the receipt of this answer.',
  'proof.leadProved':
    'This browser has checked the receipt by itself, with the key and the state of the ledger that it keeps.',
  'proof.leadErased':
    'What was said has been erased, here and on the server. That an exchange took place stays provable.',
  'proof.leadUnchecked': 'Nothing was proved either way: this could not be checked here.',
  'proof.leadFailed':
    'The proof does not hold. Do not rely on this record, and tell whoever runs this server.',
  'proof.shown': 'What was proved',
  'proof.shownTexts':
    'The message and the answer above are, letter for letter, those recorded in entry {index}.',
  'proof.shownCost': 'Exactly this was charged for it: {cost}.',
  'proof.shownEntry': 'Entry {index} stands in the server’s ledger, at that place among {size} entries.',
  'proof.shownSigned':
    'That state of the ledger is signed with the key {key}, which this browser has known since {date}.',
  'proof.shownLinked':
    'The ledger only grew since this browser kept its state of {size} entries: nothing before was changed.',
  'proof.shownFirst':
    'It is the first state of the ledger that this browser has kept. Later ones will be compared with it.',
  'proof.notShown': 'What was not proved',
  'proof.notTrue': 'That the answer is true, or which model really wrote it: the server says so.',
  'proof.notCost':
    'What it cost ({cost}): that stands in entry {settle}, which has its own proof and is not checked here.',
  'proof.notComplete':
    'That nothing was left out. If an exchange was never written, nothing in the ledger can show that it ' +
    'is missing.',
  'proof.notSame':
    'That others see the same ledger. The key was trusted when it was first seen; compare it with others.',
  'proof.fields': 'The entry',
  'proof.fieldsUnproved': 'What the receipt says, without proof',
  'proof.index': 'Entry',
  'proof.at': 'Recorded',
  'proof.trace': 'Trace',
  'proof.account': 'Account',
  'proof.model': 'Model',
  'proof.tokens': 'Tokens',
  'proof.tokensValue': '{input} in, {output} out ({usage})',
  'proof.usageReported': 'counted by the model',
  'proof.usageEstimated': 'estimated',
  'proof.finish': 'Ended',
  'proof.finishStop': 'whole',
  'proof.finishLength': 'cut at the length limit',
  'proof.finishCancelled': 'stopped',
  'proof.degraded': 'Stand-in',
  'proof.degradedValue': 'The offline companion answered in place of the model',
  'proof.commitments': 'Commitments to message and answer',
  'proof.ledger': 'Ledger',
  'proof.ledgerValue': '{origin}, {size} entries',
  'proof.took': 'Checked in {time} ms.',
  'proof.saveProof': 'Save proof',
  'proof.saveTexts': 'Save texts and salts',
  'proof.saveHint':
    'The proof can be checked anywhere with “hilo ledger verify --receipt”. It holds no texts; the ' +
    'second file shows which texts it stands for.',
  'proof.copyTrace': 'Copy trace',
  'proof.erase': 'Erase this exchange',
  'proof.eraseTitle': 'Erase what was said?',
  'proof.eraseText':
    'The message and the answer are deleted from the server and from this browser, and cannot be ' +
    'brought back. The ledger keeps that an exchange took place, without its words.',
  'proof.eraseYes': 'Erase',
  'proof.eraseNo': 'Keep it',
  'proof.erasing': 'Erasing…',
  'proof.eraseElsewhere':
    'This exchange belongs to an earlier session, and only that session could erase it. Ask whoever ' +
    'runs this server.',

  'fault.malformed_receipt': 'The receipt cannot be read.',
  'fault.malformed_key': 'The key of the ledger cannot be read.',
  'fault.malformed_checkpoint': 'The signed state of the ledger cannot be read.',
  'fault.wrong_origin': 'The receipt comes from another ledger.',
  'fault.bad_signature': 'The signature on the state of the ledger is not valid.',
  'fault.not_included': 'The entry is not in the ledger that was signed.',
  'fault.other_exchange': 'The receipt is of another exchange.',
  'fault.prompt_differs': 'The message that was recorded is not the one shown here.',
  'fault.answer_differs': 'The answer that was recorded is not the one shown here.',
  'fault.cost_differs': 'The charge that was recorded is not the one shown here.',
  'fault.key_changed': 'The ledger is signed with another key than the one that this browser knows.',
  'fault.inconsistent':
    'The ledger was rewritten: it does not continue the state that this browser has kept.',
  'fault.shrunk': 'The ledger has lost entries: it is shorter than the state that this browser has kept.',

  'unchecked.insecure':
    'Browsers can check proofs only on secure pages, with https or on this machine itself; this page ' +
    'came over plain http. Save the proof and check it elsewhere.',
  'unchecked.unsupported':
    'This browser does not know Ed25519 signatures; a newer one does. Or save the proof and check it ' +
    'elsewhere.',
  'unchecked.disconnected': 'There is no connection right now. It is checked as soon as there is one.',
  'unchecked.unavailable':
    'The server did not give what is needed to compare its ledger with the state kept here.',

  'alarm.title': 'The ledger is not the one known here',
  'alarm.keyText':
    'Since {date} this browser knows the key {known}; now the ledger is signed with {found}. That is ' +
    'expected if whoever runs this server set it up anew or replaced the key. If they did not, ' +
    'somebody has put another ledger in its place.',
  'alarm.historyText':
    'On {date} this browser kept a state of {known} entries that the ledger no longer contains. That ' +
    'is expected after a backup was restored. Otherwise entries were removed or changed afterwards.',
  'alarm.ask':
    'Ask them, by a way other than this page, before you go on. Until then nothing new counts as proved.',
  'alarm.accept': 'Trust it as it is now',
  'alarm.wait': 'Not now',
} as const;
