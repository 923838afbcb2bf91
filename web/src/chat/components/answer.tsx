import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { decorateBlocks, relabelBlocks } from '../../ui/markdown/code-blocks.ts';
import { guessLanguage } from '../../ui/guess-language.ts';
import { readableText } from '../../ui/readable-text.ts';
import type { Markdown } from '../../ui/markdown/markdown.ts';
import { MarkdownView } from '../../ui/markdown/markdown-view.ts';
import { useLanguage, useChat } from './context.ts';

/**
 * The text of an answer. Its inside belongs to the MarkdownView; rendering again touches only what is new.
 */
export function Answer({ text, whole }: { text: string; whole: boolean }) {
  const markdown = useChat().markdown.value;
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
  const { locale, t } = useLanguage();
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
        if (block instanceof Element) markdown.late.settled(block);
      },
    });
    view.current.update(text, whole);
  }, [text, whole]);
  useLayoutEffect(() => {
    if (root.current) relabelBlocks(root.current, t);
  }, [locale]);
  return <div ref={root} class={whole ? 'prose' : 'prose streaming'} lang={language} />;
}
