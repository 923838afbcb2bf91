import { Prose } from '../../ui/markdown/prose.tsx';
import { useChat } from './context.ts';

export function Answer({ text, whole }: { text: string; whole: boolean }) {
  return <Prose text={text} whole={whole} markdown={useChat().markdown.value} />;
}
