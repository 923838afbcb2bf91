import { useState } from 'preact/hooks';
import { useShell } from '../ui/shell.ts';
import { Sheet } from '../ui/sheet.tsx';
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
  // In memory only: whoever opens the page again gives the key again.
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const models = useModels();
  const key = isKey(typed.trim()) ? typed.trim() : undefined;
  const model = chosen ?? models[0] ?? 'default';
  const example = { base: router.root.href.replace(/\/$/, ''), key: key ?? NO_KEY, model };
  return (
    <Sheet name="api" back={t('api.back')}>
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
    </Sheet>
  );
}
