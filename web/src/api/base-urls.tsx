import { useLanguage } from './api-texts.ts';
import type { ExampleInput } from './examples.ts';
import { CopyButton } from './snippet.tsx';

export function BaseUrls({ base, key }: ExampleInput) {
  const { t } = useLanguage();
  const rows = [
    { name: t('base.openai'), url: `${base}/v1` },
    { name: t('base.anthropic'), url: base },
    { name: t('base.ollama'), url: base },
    { name: t('base.path'), url: `${base}/k/${key}`, hint: t('base.pathHint') },
  ];
  return (
    <section class="api-card" aria-labelledby="api-base">
      <h3 id="api-base">{t('base.title')}</h3>
      <ul class="api-urls">
        {rows.map(({ name, url, hint }) => (
          <li key={name}>
            <div>
              <p>{name}</p>
              <code>{url}</code>
              {hint !== undefined && <p class="api-hint">{hint}</p>}
            </div>
            <CopyButton name={name} text={url} />
          </li>
        ))}
      </ul>
    </section>
  );
}
