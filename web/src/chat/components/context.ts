import { createContext, type ComponentType } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Markdown } from '../../ui/markdown/markdown.ts';
import { useTexts, type Language } from '../../ui/shell.ts';
import type { Turn } from '../turn.ts';
import type { ChatStore } from '../chat-store.ts';
import type { CurrentSummary } from '../current-summary.ts';
import { CHAT_TEXTS, type TextKey } from '../chat-texts.ts';
import type { ProofStore } from '../proof/proof-store.ts';

/** What is loaded with the first receipt. */
export interface ProofParts {
  readonly AlarmDialog: ComponentType<{ close: () => void }>;
  readonly ProofPanel: ComponentType<{ turn: Turn; close: () => void }>;
}

/** A dialog that is drawn outside the conversation. */
export type Panel = { readonly name: 'proof'; readonly turnId: string } | { readonly name: 'alarm' };

/** What the parts of this page share. */
export interface Chat {
  readonly store: ChatStore;
  readonly current: CurrentSummary;
  /** Undefined while it is on its way; answers are plain text until then. */
  readonly markdown: ReadonlySignal<Markdown | undefined>;
  readonly proofs: ProofStore;
  readonly panel: Signal<Panel | undefined>;
  /** The next message begins a conversation; asks first when what is shown is only here. */
  readonly begin: () => void;
  readonly isAsking: Signal<boolean>;
  /** Rejects while it cannot be loaded. */
  readonly loadProof: () => Promise<ProofParts>;
  readonly focusComposer: () => void;
}

export const ChatContext = createContext<Chat | undefined>(undefined);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error('There is no conversation around this component');
  return chat;
}

export type ChatLanguage = Language<TextKey>;

export function useLanguage(): ChatLanguage {
  return useTexts(CHAT_TEXTS);
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
