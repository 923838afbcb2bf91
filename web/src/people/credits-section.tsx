import { useState } from 'preact/hooks';
import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { amountText, shortTimeText } from '../ui/i18n.ts';
import { Fault } from '../ui/field.tsx';
import { useLanguage, type PeopleLanguage } from './people-texts.ts';
import { statementWords } from './statement-words.ts';
import { recordsOf, useDeed, useReading } from '../ui/use-request.ts';

/** What is left, and where it came from and went. */
export function CreditsSection() {
  const { locale, t } = useLanguage();
  const first = useReading('credits.statement', {});
  const deed = useDeed();
  const [more, setMore] = useState<readonly Params[]>([]);
  const pages = [...(first.value ? [first.value] : []), ...more];
  const rows = pages.flatMap((page) => recordsOf(page, 'rows'));
  const next = pages.at(-1)?.['next'];
  const balance = numberOf(first.value?.['balance']);
  const gift = numberOf(useReading('credits.balance', {}).value?.['gift']);
  const readOn = async () => {
    const page = typeof next === 'number' ? await deed.run('credits.statement', { before: next }) : undefined;
    if (page) setMore([...more, page]);
  };
  return (
    <section class="card" aria-labelledby="credits">
      <h3 id="credits">{t('creditsPage.title')}</h3>
      {first.value && (
        <p>
          {balance === 1
            ? t('creditsPage.leftOne')
            : t('creditsPage.left', { amount: amountText(locale, balance) })}
        </p>
      )}
      {gift > 0 && <p class="quiet">{t('creditsPage.gift', { amount: amountText(locale, gift) })}</p>}
      {first.value && rows.length === 0 && gift === 0 && <p class="quiet">{t('creditsPage.none')}</p>}
      {rows.length > 0 && (
        <table class="statement">
          <caption class="visually-hidden">{t('creditsPage.statement')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('creditsPage.time')}</th>
              <th scope="col">{t('creditsPage.what')}</th>
              <th scope="col" class="number">
                {t('creditsPage.amount')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={numberOf(row['index'])}>
                <td>{shortTimeText(locale, textOf(row['at']))}</td>
                <What row={row} t={t} />
                <td class="number">{signedText(locale, numberOf(row['amount']))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Fault text={deed.fault ?? first.fault} />
      {typeof next === 'number' && (
        <button type="button" class="button" aria-disabled={deed.isBusy} onClick={() => void readOn()}>
          {t('creditsPage.more')}
        </button>
      )}
    </section>
  );
}

function What({ row, t }: { row: Params; t: PeopleLanguage['t'] }) {
  const { what, more } = statementWords(row, t);
  return (
    <td>
      {what} <span class="quiet">{more}</span>
    </td>
  );
}

function signedText(locale: string, amount: number): string {
  return new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' }).format(amount);
}
