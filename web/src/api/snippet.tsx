import { useState } from 'preact/hooks';
import { copyText } from '../ui/clipboard.ts';
import { Icon } from '../ui/icons.tsx';
import { useShell } from '../ui/shell.ts';
import { useLanguage } from './api-texts.ts';

/** A text that is there to be copied, under its name. */
export function CopyBlock({ name, text }: { name: string; text: string }) {
  return (
    <figure class="api-block">
      <figcaption>
        <span>{name}</span>
        <CopyButton name={name} text={text} />
      </figcaption>
      {/* Reached by the keyboard, so that it can be scrolled sideways. */}
      <pre class="api-code" tabIndex={0} role="region" aria-label={name}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

/** Says that it has copied until another text is there. */
export function CopyButton({ name, text }: { name: string; text: string }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const [copied, setCopied] = useState<string | undefined>(undefined);
  const isCopied = copied === text;
  const copy = async () => {
    if (!(await copyText(text))) return;
    setCopied(text);
    speech.say(t('action.copied'));
  };
  return (
    <button
      type="button"
      class="api-copy"
      aria-label={t(isCopied ? 'example.copiedNamed' : 'example.copyNamed', { name })}
      onClick={() => void copy()}
    >
      <Icon name={isCopied ? 'check' : 'copy'} />
      <span>{isCopied ? t('action.copied') : t('example.copy')}</span>
    </button>
  );
}
