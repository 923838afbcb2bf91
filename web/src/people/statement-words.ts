/** What a row of the statement is about, in words. */
import { textOf, type Params } from '../../../shared/client/message.ts';
import type { PeopleLanguage, PeopleTextKey } from './people-texts.ts';

const KINDS: Readonly<Record<string, PeopleTextKey>> = {
  grant: 'entry.grant',
  import: 'entry.import',
  refund: 'entry.refund',
  allowance: 'entry.allowance',
  charge: 'entry.charge',
  erase: 'entry.erase',
};

/** The reasons that Hilo itself writes into the ledger; all others are shown as people wrote them. */
const OWN: Readonly<Record<string, PeopleTextKey>> = {
  'grant gift': 'entry.gift',
  'grant first message': 'entry.gift',
  'grant sign-up': 'entry.signUp',
  'erase on request': 'entry.erase',
  'erase retention': 'entry.retention',
};

/** The id of the route without a model (docs/models.md). */
const COMPANION = 'companion';

/** `more` is empty when there is nothing to add. */
export function statementWords(row: Params, t: PeopleLanguage['t']): { what: string; more: string } {
  const [type, model, reason] = [textOf(row['type']), textOf(row['model']), textOf(row['reason'])];
  const own = OWN[`${type} ${reason}`];
  if (own !== undefined) return { what: t(own), more: '' };
  const who = model === COMPANION ? t('entry.companion') : model;
  return { what: t(KINDS[type] ?? 'entry.other'), more: who || reason };
}
