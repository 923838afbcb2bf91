import { useEffect, useRef, useState } from 'preact/hooks';
import { Header } from '../ui/header.tsx';
import { Link } from '../ui/link.tsx';
import { useMayTalk, useShell } from '../ui/shell.ts';
import { useLanguage } from './api-texts.ts';
import { BaseUrls } from './base-urls.tsx';
import { ExamplesSection } from './examples-section.tsx';
import { isKey, NO_KEY } from './examples.ts';
import { KeySection } from './key-section.tsx';
import { ReferenceSection } from './reference-section.tsx';
import { useModels } from './use-models.ts';
import './api.css';

/** How programs use this server, and everything that it answers over HTTP. */
export function ApiPage() {
  const { router } = useShell();
  const { t } = useLanguage();
  const hasConversation = useMayTalk();
  const main = useRef<HTMLElement>(null);
  // In memory only: whoever opens the page again gives the key again.
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const models = useModels();
  const key = isKey(typed.trim()) ? typed.trim() : undefined;
  const model = chosen ?? models[0] ?? 'default';
  const example = { base: router.root.href.replace(/\/$/, ''), key: key ?? NO_KEY, model };
  // The reader begins where the page begins, also with a keyboard.
  useEffect(() => main.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page">
      <Header
        status={
          hasConversation && (
            <p class="status">
              <Link to={{ name: 'chat' }} class="api-link">
                {t('api.back')}
              </Link>
            </p>
          )
        }
      />
      <main ref={main} class="main api" tabIndex={-1}>
        <div class="api-sheet">
          <div class="api-head">
            <h2>{t('api.title')}</h2>
            <p class="quiet">{t('api.lead')}</p>
          </div>
          <KeySection typed={typed} change={setTyped} />
          <BaseUrls {...example} />
          <ExamplesSection example={example} models={models} choose={setChosen} />
          <ReferenceSection apiKey={key} model={model} />
        </div>
      </main>
    </div>
  );
}
