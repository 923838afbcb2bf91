import { createContext, type ComponentType, type RefObject } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Markdown } from '../../ui/markdown/markdown.ts';
import { useShell, useTexts, type Language } from '../../ui/shell.ts';
import type { Turn } from '../turn.ts';
import type { AttachParts } from '../attach/attach-contract.ts';
import type { ChatStore } from '../chat-store.ts';
import type { Choices } from '../choices.ts';
import type { CurrentSummary } from '../current-summary.ts';
import type { FollowEnd } from '../follow-end.ts';
import type { TemporaryChat } from '../temporary-chat.ts';
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
  readonly choices: Choices;
  readonly temporary: TemporaryChat;
  /** Undefined while it is on its way; answers are plain text until then. */
  readonly markdown: ReadonlySignal<Markdown | undefined>;
  /** Undefined while it is on its way; without it nothing can be attached. */
  readonly attach: ReadonlySignal<AttachParts | undefined>;
  readonly proofs: ProofStore;
  readonly panel: Signal<Panel | undefined>;
  /** The next message begins a conversation; asks first when what is shown is only here. */
  readonly begin: () => void;
  /** Begins a conversation of which nothing is kept. */
  readonly beginTemporary: () => void;
  readonly isAsking: Signal<boolean>;
  /** Rejects while it cannot be loaded. */
  readonly loadProof: () => Promise<ProofParts>;
  readonly focusComposer: () => void;
  readonly follow: RefObject<FollowEnd | undefined>;
  /** The version of a message that was gone to, and where the focus then belongs. */
  readonly landing: RefObject<Landing | undefined>;
  /** Something was wanted that has to wait for the end of the answer. */
  readonly isHeldUp: Signal<boolean>;
}

export interface Landing {
  readonly message: string;
  readonly direction: 'back' | 'on';
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

/** What `OpenChat` has; the rest belongs to the page while it is drawn. */
export type ChatServices = Omit<Chat, 'focusComposer' | 'follow' | 'landing' | 'isHeldUp'>;

/** Whether a message can have another version now; when not, it is said why. */
export function useMayBranch(): () => boolean {
  const { store, current, isHeldUp } = useChat();
  const { speech } = useShell();
  const { t } = useLanguage();
  return () => {
    const status = current.summary.peek()?.status ?? 'open';
    if (store.chat.peek().live) {
      isHeldUp.value = true;
      speech.say(t('composer.busy'));
      return false;
    }
    if (status !== 'open') speech.say(t(`composer.${status}`));
    return status === 'open';
  };
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
