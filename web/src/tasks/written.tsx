import { useState } from 'preact/hooks';
import { copyText } from '../ui/clipboard.ts';
import { Icon } from '../ui/icons.tsx';
import { copyClicked } from '../ui/markdown/code-blocks.ts';
import { copyWithSources } from '../ui/markdown/copy-source.ts';
import { Prose } from '../ui/markdown/prose.tsx';
import { useMarkdown } from '../ui/markdown/use-markdown.ts';
import { fileName, saveFile } from '../ui/save-file.ts';
import { useShell } from '../ui/shell.ts';
import { useLanguage } from './work-texts.ts';
import '../ui/markdown/prose.css';

export interface WrittenProps {
  readonly text: string;
  /** Nothing more of it will come. */
  readonly whole: boolean;
  /** Of the file. */
  readonly title: string;
}

/** A text of a model, with what can be done with it once it is whole. */
export function Written({ text, whole, title }: WrittenProps) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const markdown = useMarkdown();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await copyText(text))) return;
    setCopied(true);
    speech.say(t('work.copied'));
  };
  const copyCode = async (target: EventTarget | null) => {
    if (await copyClicked(target, t)) speech.say(t('work.copied'));
  };
  return (
    <div class="written">
      <div
        onClick={(event) => void copyCode(event.target)}
        onCopy={(event) => copyWithSources(event, event.currentTarget)}
      >
        <Prose text={text} whole={whole} markdown={markdown} />
      </div>
      {whole && (
        <div class="work-line">
          <button type="button" class="button" onClick={() => void copy()}>
            <Icon name={isCopied ? 'check' : 'copy'} />
            {t(isCopied ? 'work.copied' : 'work.copy')}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => saveFile(`${fileName(title)}.md`, 'text/markdown', text)}
          >
            <Icon name="save" />
            {t('work.save')}
          </button>
        </div>
      )}
    </div>
  );
}
