import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { guessLanguage } from '../guess-language.ts';
import { UI_TEXTS } from '../i18n.ts';
import { readableText } from '../readable-text.ts';
import { useTexts } from '../shell.ts';
import { decorateBlocks, relabelBlocks } from './code-blocks.ts';
import { settleHeading } from './heading-levels.ts';
import { MarkdownView } from './markdown-view.ts';
import type { Markdown } from './markdown.ts';

export interface ProseProps {
  readonly text: string;
  /** Nothing more of it will come. */
  readonly whole: boolean;
  /** Undefined while it is on its way; until then the text is shown as it was written. */
  readonly markdown: Markdown | undefined;
}

/** An answer. Its inside belongs to the MarkdownView; rendering again touches only what is new. */
export function Prose({ text, whole, markdown }: ProseProps) {
  const language = useMemo(() => guessLanguage(text), [whole, text.length > 200]);
  if (markdown) return <Formatted text={text} whole={whole} markdown={markdown} language={language} />;
  return (
    <div class="prose plain" dir="auto" lang={language}>
      {readableText(text)}
    </div>
  );
}

interface FormattedProps {
  readonly text: string;
  readonly whole: boolean;
  readonly markdown: Markdown;
  readonly language: string | undefined;
}

function Formatted({ text, whole, markdown, language }: FormattedProps) {
  const { locale, t } = useTexts(UI_TEXTS);
  const root = useRef<HTMLDivElement>(null);
  const view = useRef<MarkdownView | undefined>(undefined);
  const say = useRef(t);
  say.current = t;
  useLayoutEffect(() => {
    if (!root.current) return;
    view.current ??= new MarkdownView(root.current, {
      markdown,
      decorate: (fragment) => {
        decorateBlocks(fragment, (key) => say.current(key));
        markdown.late.drawn(fragment);
      },
      settled: (block) => {
        if (!(block instanceof Element)) return;
        settleHeading(block);
        markdown.late.settled(block);
      },
    });
    view.current.update(text, whole);
  }, [text, whole]);
  useLayoutEffect(() => {
    if (root.current) relabelBlocks(root.current, t);
  }, [locale]);
  return <div ref={root} class={whole ? 'prose' : 'prose streaming'} lang={language} />;
}
