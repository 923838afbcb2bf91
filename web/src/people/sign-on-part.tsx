/** Signing on with other providers: the ways there, and what comes back. */
import { useEffect, useState } from 'preact/hooks';
import { textOf } from '../../../shared/client/message.ts';
import { SIGN_ON_ROWS } from '../../../shared/sign-on-errors.ts';
import { Fault } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { useShell } from '../ui/shell.ts';
import { recordsOf, useReading } from '../ui/use-request.ts';
import { useLanguage } from './people-texts.ts';

/** By which provider whoever is here has signed on; absent after a sign-in with a password. */
const PROVIDER_KEY = 'hilo.signOn';

/** A button for each provider; nothing where there is none. */
export function SignOnPart() {
  const { router } = useShell();
  const { locale, t } = useLanguage();
  const issuers = useReading('signOn.issuers', {});
  const place = router.place.value;
  const next = place.name === 'app' && place.next ? `?next=${place.next}` : '';
  // Whoever sees this is not signed in.
  useEffect(() => localStorage.removeItem(PROVIDER_KEY), []);
  const fault = new URLSearchParams(location.search).get('fault');
  const list = recordsOf(issuers.value, 'issuers');
  return (
    <>
      <Fault text={fault === null ? undefined : `${rowOf(fault).text[locale]}.`} />
      {list.length > 0 && (
        <ul class="issuers">
          {list.map(({ id, name }) => (
            <li key={textOf(id)}>
              <a
                class="button button-strong"
                href={`${router.root.href}sign-on/${encodeURIComponent(textOf(id))}${next}`}
              >
                {t('signIn.with', { name: textOf(name) })}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Words of ours only: anybody can make such an address. */
function rowOf(fault: string) {
  const rows = SIGN_ON_ROWS;
  return Object.hasOwn(rows, fault) ? rows[fault as keyof typeof rows] : rows.sign_on_failed;
}

/** Where a provider has led back to: the cookie is there, and the page takes it. */
export function SignedOn() {
  const { account, router } = useShell();
  const { t } = useLanguage();
  const [isAway, setAway] = useState(false);
  useEffect(() => {
    const by = new URLSearchParams(location.search).get('by');
    if (by) localStorage.setItem(PROVIDER_KEY, by);
    void account.refresh().then((isHere) => {
      const place = router.place.peek();
      const next = place.name === 'app' ? place.next : undefined;
      // With another person here before, the page itself leads on, which is the same place.
      if (isHere) location.assign(next ? router.href({ name: 'app', page: next }) : router.root);
      else setAway(true);
    });
  }, []);
  if (!isAway) return <p class="quiet">{t('people.busy')}</p>;
  return (
    <>
      <Fault text={t('line.unreachable')} />
      <p>
        <Link to={{ name: 'app', page: 'sign-in' }}>{t('signIn.title')}</Link>
      </p>
    </>
  );
}

/** Where whoever came by a provider signs out of it too, and stays signed in otherwise. */
export function endAtProvider(root: URL): URL | undefined {
  const by = localStorage.getItem(PROVIDER_KEY);
  return by === null ? undefined : new URL(`sign-on/${encodeURIComponent(by)}/end`, root);
}

export function forgetProvider(): void {
  localStorage.removeItem(PROVIDER_KEY);
}
