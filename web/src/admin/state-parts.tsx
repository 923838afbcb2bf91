/** What the server does now, and what was done: read only. */
import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { Fault } from '../ui/field.tsx';
import { amountText, shortTimeText } from '../ui/i18n.ts';
import { recordsOf, useReading, type Reading } from '../ui/use-request.ts';
import { useLanguage, type AdminTextKey } from './admin-texts.ts';
import { Facts, Figures, Rows } from './parts.tsx';
import { useList } from './use-list.ts';

function Again({ reading }: { reading: Reading }) {
  const { t } = useLanguage();
  return (
    <>
      <Fault text={reading.fault} />
      {!reading.value && reading.fault === undefined && <p class="quiet">{t('admin.loading')}</p>}
      <button type="button" class="button" onClick={reading.again}>
        {t('admin.again')}
      </button>
    </>
  );
}

export function LivePart() {
  const { locale, t } = useLanguage();
  const reading = useReading('admin.live', {});
  const { value } = reading;
  const amount = (member: string) => amountText(locale, numberOf(value?.[member]));
  const sessions = recordsOf(value, 'sessions');
  return (
    <>
      {value && (
        <>
          <Figures
            rows={[
              [t('live.connections'), amount('connections')],
              [t('live.signedIn'), amount('signedIn')],
              [t('live.running'), t('live.of', { count: amount('inFlight'), max: amount('maxInFlight') })],
              [t('live.waiting'), amount('waiting')],
            ]}
          />
          <h3>{t('live.sessions')}</h3>
          {sessions.length === 0 && <p class="quiet">{t('live.nobody')}</p>}
          {sessions.length > 0 && (
            <ul class="admin-rows">
              {sessions.map((session) => (
                <li key={textOf(session['session'])}>
                  <p class="admin-name">{textOf(session['email'])}</p>
                  <Facts
                    parts={[
                      textOf(session['session']),
                      textOf(session['client']),
                      session['byKey'] === true ? t('live.byKey') : '',
                      t('live.answers', { count: numberOf(session['running']) }),
                    ]}
                  />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      <Again reading={reading} />
    </>
  );
}

export function RoutesPart() {
  const { t } = useLanguage();
  const reading = useReading('admin.routes', {});
  const routes = recordsOf(reading.value, 'routes');
  return (
    <>
      {routes.length > 0 && (
        <ul class="admin-rows">
          {routes.map((route) => (
            <li key={textOf(route['id'])} class="admin-row">
              <div>
                <p class="admin-name">{textOf(route['id'])}</p>
                <Facts
                  parts={[
                    textOf(route['upstream']),
                    textOf(route['model']),
                    route['id'] === reading.value?.['default'] ? t('routes.default') : '',
                  ]}
                />
              </div>
              <p class="admin-state" data-state={textOf(route['breaker'])}>
                {t(`breaker.${textOf(route['breaker']) || 'closed'}` as AdminTextKey)}
              </p>
            </li>
          ))}
        </ul>
      )}
      <Again reading={reading} />
    </>
  );
}

const COUNTS = ['entries', 'accounts', 'issued', 'revenue', 'openHolds'] as const;

export function LedgerPart() {
  const { locale, t } = useLanguage();
  const reading = useReading('admin.ledger', {});
  const { value } = reading;
  return (
    <>
      {value && (
        <Figures
          rows={[
            ...COUNTS.map(
              (name) => [t(`ledger.${name}`), amountText(locale, numberOf(value[name]))] as const,
            ),
            [t('ledger.writable'), t(value['writable'] === true ? 'ledger.yes' : 'ledger.no')],
          ]}
        />
      )}
      <Again reading={reading} />
    </>
  );
}

export function AuditPart() {
  const { locale, t } = useLanguage();
  const list = useList('admin.audit', 'entries', {});
  const whoOf = (entry: Params) => {
    const actor = textOf(entry['actorEmail']) || textOf(entry['actor']);
    return actor === 'operator' ? t('audit.operator') : actor;
  };
  return (
    <Rows list={list} none="audit.none">
      {list.records?.map((entry) => {
        const whose = textOf(entry['ownerEmail']) || textOf(entry['owner']);
        return (
          <li key={textOf(entry['id'])}>
            <p>
              <strong>{whoOf(entry)}</strong> {t(`audit.${textOf(entry['action'])}` as AdminTextKey)} {whose}
            </p>
            <Facts
              parts={[
                shortTimeText(locale, textOf(entry['at'])),
                textOf(entry['conversation']),
                textOf(entry['detail']),
              ]}
            />
          </li>
        );
      })}
    </Rows>
  );
}
