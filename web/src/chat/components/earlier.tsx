import { computed } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { useFocusHeir } from '../../ui/focus.ts';
import { useChat, useLanguage } from './context.ts';

/** So far above what is in sight, earlier messages are asked for. */
const AHEAD = '600px 0px 0px';

/** Above everything that has been read, while there is more at the server. */
export function Earlier({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const { store } = useChat();
  const earlier = useMemo(() => computed(() => store.chat.value.earlier), [store]).value;
  useStill(scroller, earlier);
  return earlier === undefined ? null : <EarlierButton key="more" scroller={scroller} earlier={earlier} />;
}

interface ButtonProps {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly earlier: string;
}

function EarlierButton({ scroller, earlier }: ButtonProps) {
  const { store } = useChat();
  const { t } = useLanguage();
  const button = useRef<HTMLButtonElement>(null);
  const isReading = store.opener.readingEarlier.value;
  const read = () => void store.opener.readEarlier();
  useFocusHeir(button, () => scroller.current?.focus({ preventScroll: true }));
  useEffect(() => {
    const element = button.current;
    if (!element) return undefined;
    const seen = ([entry]: IntersectionObserverEntry[]) => entry?.isIntersecting && read();
    const observer = new IntersectionObserver(seen, { root: scroller.current, rootMargin: AHEAD });
    observer.observe(element);
    return () => observer.disconnect();
  }, [earlier]);
  return (
    <div class="earlier">
      <button ref={button} type="button" class="button" aria-disabled={isReading} onClick={read}>
        {t(isReading ? 'log.readingEarlier' : 'log.earlier')}
      </button>
    </div>
  );
}

/** What is in sight stays where it is when something comes above it. */
function useStill(scroller: RefObject<HTMLElement | null>, earlier: string | undefined): void {
  const before = useRef<{ readonly turn: Element; readonly top: number } | undefined>(undefined);
  const note = () => {
    const turn = scroller.current?.querySelector('.turn');
    before.current = turn ? { turn, top: turn.getBoundingClientRect().top } : undefined;
  };
  useLayoutEffect(() => {
    const { current: element } = scroller;
    const was = before.current;
    if (element && was?.turn.isConnected) element.scrollTop += was.turn.getBoundingClientRect().top - was.top;
    note();
    element?.addEventListener('scroll', note, { passive: true });
    return () => element?.removeEventListener('scroll', note);
  }, [earlier]);
}
