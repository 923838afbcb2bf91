import { useId, useState } from 'preact/hooks';
import { failureText } from '../ui/i18n.ts';
import { errorText, isKnownError } from '../../../shared/errors.ts';
import { API_TEXTS, useLanguage, type ApiTextKey } from './api-texts.ts';
import type { OperationProps } from './operation-props.ts';
import type { ApiOperation, Failure, Member } from './reference.ts';
import { TryForm } from './try-form.tsx';

/** Closed, a line; opened, all that is known of it, and a form to try it. */
export function OperationView(props: OperationProps) {
  const { operation } = props;
  const { locale } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="api-operation" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="api-method" data-method={operation.method}>
          {operation.method}
        </span>
        <code class="api-path">{operation.path}</code>
        <span class="api-summary">{operation.summary[locale]}</span>
      </summary>
      {isOpen && <Details {...props} />}
    </details>
  );
}

function Details(props: OperationProps) {
  const { operation } = props;
  const { t } = useLanguage();
  const access = `access.${operation.access}`;
  return (
    <div class="api-details">
      {isTextKey(access) && (
        <p>
          <strong>{t('operation.who')}:</strong> {t(access)}
        </p>
      )}
      <Input operation={operation} />
      <Outputs operation={operation} />
      <Failures operation={operation} />
      <TryForm {...props} />
    </div>
  );
}

function Input({ operation: { members } }: { operation: ApiOperation }) {
  const { t } = useLanguage();
  const id = useId();
  const notes = (place: Member['place'], isRequired: boolean) =>
    [
      ...(place === 'body' ? [] : [t(`operation.place.${place}`)]),
      ...(isRequired ? [t('operation.required')] : []),
    ].join(' · ');
  return (
    <section aria-labelledby={id}>
      <h4 id={id}>{t('operation.input')}</h4>
      {members.length === 0 && <p class="quiet">{t('operation.noInput')}</p>}
      <dl class="api-members">
        {members.map(({ name, place, type, isRequired, text }) => (
          <div key={`${place} ${name}`}>
            <dt>
              <code>{name}</code>
              <span class="api-hint">{notes(place, isRequired)}</span>
            </dt>
            <dd>
              <code class="api-type">{type}</code>
              {text !== '' && (
                <span class="api-hint" lang="en">
                  {text}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Outputs({ operation: { outputs, successStatus: status } }: { operation: ApiOperation }) {
  const { t } = useLanguage();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h4 id={id}>{t('operation.output')}</h4>
      {outputs.length === 0 && (
        <p class="quiet">
          {status} · {t('operation.noOutput')}
        </p>
      )}
      {outputs.map(({ contentType: type, type: shape, text }) => (
        <div key={type} class="api-output">
          <p class="api-hint">
            {status} · {type}
            {text !== '' && <span lang="en"> · {text}</span>}
          </p>
          {text === '' && (
            <pre
              class="api-code"
              tabIndex={0}
              role="region"
              aria-label={t('operation.outputLabel', { status, type })}
            >
              <code>{shape}</code>
            </pre>
          )}
        </div>
      ))}
    </section>
  );
}

function Failures({ operation: { failures } }: { operation: ApiOperation }) {
  const { t } = useLanguage();
  const id = useId();
  if (failures.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h4 id={id}>{t('operation.errors')}</h4>
      <dl class="api-failures">
        {failures.map(({ status, text }) => (
          <div key={status}>
            <dt>{status}</dt>
            <dd>
              <FailureWords status={status} text={text} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The errors of the table by their names, with what they say in the reader's language. */
function FailureWords({ status, text }: Failure) {
  const { locale, t } = useLanguage();
  const names = text.split(', ').filter(isKnownError);
  const general = `failure.${status}`;
  if (names.length === 0) return <span>{isTextKey(general) ? t(general) : text}</span>;
  return (
    <ul>
      {names.map((name) => (
        <li key={name}>
          <code>{name}</code> {failureText(locale, name, {}, errorText(name, locale))}
        </li>
      ))}
    </ul>
  );
}

function isTextKey(key: string): key is ApiTextKey {
  return key in API_TEXTS.en;
}
