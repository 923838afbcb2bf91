import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Locale } from '../../../../shared/locale.ts';
import type { ChatStore } from '../chat-store.ts';
import { translate, type TextKey, type Values } from '../../ui/i18n.ts';
import type { Markdown } from '../../ui/markdown/markdown.ts';
import type * as ProofModule from '../load-proof.ts';
import type { Preferences } from '../../ui/preferences.ts';
import type { ProofStore } from '../proof/proof-store.ts';

/** A dialog that stands outside of the conversation. */
export type Panel = { readonly name: 'proof'; readonly turnId: string } | { readonly name: 'alarm' };

export interface PageContext {
  readonly store: ChatStore;
  readonly preferences: Preferences;
  /** Undefined while it is on its way; answers are plain text until then. */
  readonly markdown: ReadonlySignal<Markdown | undefined>;
  /** What is said next to people who listen. */
  readonly spoken: Signal<string>;
  readonly proofs: ProofStore;
  readonly panel: Signal<Panel | undefined>;
  /** Rejects while it cannot be had. */
  readonly loadProof: () => Promise<typeof ProofModule>;
  readonly focusComposer: () => void;
}

export const Page = createContext<PageContext | undefined>(undefined);

export function usePage(): PageContext {
  const page = useContext(Page);
  if (!page) throw new Error('The page has no context');
  return page;
}

export interface Language {
  readonly locale: Locale;
  readonly t: (key: TextKey, values?: Values) => string;
}

export function useLanguage(): Language {
  const locale = usePage().preferences.locale.value;
  return { locale, t: (key, values) => translate(locale, key, values) };
}

const TICK_MS = 250;

/** Whole seconds until a moment of `clockMs`, never below 0; ticks only while there is something to count. */
export function useSecondsUntil(dueMs: number, clockMs: () => number): number {
  const [nowMs, setNowMs] = useState(clockMs);
  const counting = dueMs > nowMs;
  useEffect(() => {
    setNowMs(clockMs());
    if (dueMs <= clockMs()) return undefined;
    const timer = setInterval(() => setNowMs(clockMs()), TICK_MS);
    return () => clearInterval(timer);
  }, [dueMs, counting]);
  return Math.max(0, Math.ceil((dueMs - nowMs) / 1000));
}
