import { readableText } from '../../ui/readable-text.ts';
import { duration } from '../../ui/i18n.ts';
import { Thread } from '../../ui/icons.tsx';
import { useLanguage } from './context.ts';

interface ThinkingProps {
  readonly text: string;
  /** 0 while it goes on, or when it is not known. */
  readonly tookMs: number;
  readonly running: boolean;
}

/** What the model thought before it answered, folded away. */
export function ThinkingView({ text, tookMs, running }: ThinkingProps) {
  const { locale, t } = useLanguage();

  const time = duration(locale, Math.max(1, Math.round(tookMs / 1000)));
  const label = running ? t('turn.thinking') : tookMs > 0 ? t('turn.thought', { time }) : t('turn.thoughts');
  return (
    <details class="thinking">
      <summary>
        {running && <Thread class="thread-moving" />}
        {label}
      </summary>
      <div class="plain" dir="auto">
        {readableText(text).trim()}
      </div>
    </details>
  );
}
