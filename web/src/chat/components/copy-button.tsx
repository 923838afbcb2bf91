import { useState } from 'preact/hooks';
import { copyText } from '../../ui/clipboard.ts';
import { Icon } from '../../ui/icons.tsx';
import { useShell } from '../../ui/shell.ts';
import { useLanguage } from './context.ts';

const COPIED_MS = 1_800;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await copyText(text))) return;
    setCopied(true);
    speech.say(t('action.copied'));
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  const shown = copied ? t('action.copied') : label;
  return (
    <button type="button" class="tool" aria-label={shown} title={shown} onClick={() => void copy()}>
      <Icon name={copied ? 'check' : 'copy'} />
    </button>
  );
}
