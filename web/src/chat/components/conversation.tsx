import { computed, type ReadonlySignal } from '@preact/signals';
import { Component, type RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Item, Turn } from '../turn.ts';
import { copyClicked } from '../../ui/markdown/code-blocks.ts';
import { copyWithSources } from '../../ui/markdown/copy-source.ts';
import { FollowEnd } from '../follow-end.ts';
import { useFocusHeir } from '../../ui/focus.ts';
import { whenIdle } from '../../ui/when-idle.ts';
import { useLanguage, useChat } from './context.ts';
import { useShell } from '../../ui/shell.ts';
import { Earlier } from './earlier.tsx';
import { Empty } from './empty.tsx';
import { Icon } from '../../ui/icons.tsx';
import { DroppedNotice, NoticeView, TurnSlot } from './turn-view.tsx';

/** Pages drawn at once; the earlier ones follow while the browser has nothing else to do. */
const PAGES_AT_ONCE = 1;

type Live = ReadonlySignal<Turn | undefined>;

export function Conversation() {
  const { store, focusComposer } = useChat();
  const { speech } = useShell();
  const { t } = useLanguage();
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follow = useFollowEnd(scroller, content, () => store.chat.peek().pages.length > 0);
  const pages = useMemo(() => computed(() => store.chat.value.pages), [store]).value;
  const live: Live = useMemo(() => computed(() => store.chat.value.live), [store]);
  const liveId = useMemo(() => computed(() => store.chat.value.live?.id), [store]).value;
  const first = useFirstPage(pages.length);
  // A reader who has just sent something wants to see it.
  useEffect(() => {
    if (liveId !== undefined) follow.current?.toEnd();
  }, [liveId]);
  const clicked = async (event: Event) => {
    if (await copyClicked(event.target, t)) speech.say(t('action.copied'));
  };
  return (
    <div class="conversation">
      <section
        ref={scroller}
        class="scroller"
        role="log"
        aria-live="off"
        aria-label={t('log.label')}
        tabIndex={0}
        onClick={(event) => void clicked(event)}
        onCopy={(event) => copyWithSources(event, event.currentTarget)}
      >
        <div ref={content} class="column">
          {pages.length === 0 && <Empty />}
          {first === 0 && <Earlier scroller={scroller} />}
          {first === 0 && <DroppedNotice />}
          {pages.slice(first).map((page, offset) => {
            const last = first + offset === pages.length - 1;
            // Earlier pages may come before it.
            const key = page[0]?.id ?? first + offset;
            return <PageSlot key={key} page={page} liveId={last ? liveId : undefined} live={live} />;
          })}
        </div>
      </section>
      <ToEnd follow={follow.current} then={focusComposer} />
    </div>
  );
}

interface PageProps {
  readonly page: readonly Item[];
  readonly liveId: string | undefined;
  readonly live: Live;
}

/** A page that has not changed is not compared item by item. */
class PageSlot extends Component<PageProps> {
  override shouldComponentUpdate(next: Readonly<PageProps>): boolean {
    return next.page !== this.props.page || next.liveId !== this.props.liveId;
  }

  override render() {
    const { page, liveId, live } = this.props;
    return (
      <div class="leaf">
        {page.map((item) =>
          item.kind === 'notice' ? (
            <NoticeView key={item.id} notice={item} />
          ) : (
            <TurnSlot key={item.id} turn={item} live={item.id === liveId ? live : undefined} />
          ),
        )}
      </div>
    );
  }
}

function ToEnd({ follow, then }: { follow: FollowEnd | undefined; then: () => void }) {
  const { t } = useLanguage();
  if (!follow || follow.following.value) return null;
  return <ToEndButton follow={follow} then={then} label={t('log.end')} />;
}

function ToEndButton({ follow, then, label }: { follow: FollowEnd; then: () => void; label: string }) {
  const button = useRef<HTMLButtonElement>(null);
  useFocusHeir(button, then);
  const jump = () => {
    follow.toEnd();
    then();
  };
  return (
    <button ref={button} type="button" class="to-end" onClick={jump}>
      <Icon name="down" />
      {label}
    </button>
  );
}

function useFollowEnd(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  hasEnd: () => boolean,
): RefObject<FollowEnd | undefined> {
  const follow = useRef<FollowEnd | undefined>(undefined);
  const [, setReady] = useState(false);
  useEffect(() => {
    if (!scroller.current || !content.current) return undefined;
    const made = new FollowEnd(scroller.current, content.current, hasEnd);
    follow.current = made;
    setReady(true);
    return () => made.dispose();
  }, []);
  return follow;
}

/** Index of the first page to draw; goes down to 0 page by page in idle time. */
function useFirstPage(count: number): number {
  const [first, setFirst] = useState(Math.max(0, count - PAGES_AT_ONCE));
  useEffect(() => {
    if (first === 0) return undefined;
    return whenIdle(() => setFirst(first - 1));
  }, [first]);
  return Math.min(first, Math.max(0, count - PAGES_AT_ONCE));
}
