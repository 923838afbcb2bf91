import { computed, type ReadonlySignal } from '@preact/signals';
import { Component, Fragment, type RefObject } from 'preact';
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
import { memoryBegins } from '../versions.ts';
import { DroppedNotice, MemoryLine, NoticeView, TurnSlot } from './turn-view.tsx';

/** Pages drawn at once; the earlier ones follow while the browser has nothing else to do. */
const PAGES_AT_ONCE = 1;

type Live = ReadonlySignal<Turn | undefined>;

export function Conversation() {
  const { store, focusComposer, follow } = useChat();
  const { speech } = useShell();
  const { t } = useLanguage();
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useFollowEnd(follow, { scroller, content, hasEnd: () => store.chat.peek().pages.length > 0 });
  const pages = useMemo(() => computed(() => store.chat.value.pages), [store]).value;
  const live: Live = useMemo(() => computed(() => store.chat.value.live), [store]);
  const liveId = useMemo(() => computed(() => store.chat.value.live?.id), [store]).value;
  const editing = useMemo(() => computed(() => store.chat.value.editing?.turn), [store]).value;
  const memory = useMemo(() => memoryBegins(pages.flat()), [pages]);
  const sought = store.seeker.sought.value;
  const wanted = sought === undefined ? -1 : pages.findIndex((page) => page.some(({ id }) => id === sought));
  const first = useFirstPage(pages.length, wanted);
  useEffect(() => {
    if (sought === undefined) return;
    follow.current?.stay();
    const turn = scroller.current?.querySelector<HTMLElement>(`[data-turn="${CSS.escape(sought)}"]`);
    turn?.scrollIntoView({ block: 'center' });
    if (turn) focusFor(turn);
    store.seeker.shown();
  }, [sought]);
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
            const onIt = (id: string | undefined) => (page.some((item) => item.id === id) ? id : undefined);
            const marks = { liveId: last ? liveId : undefined, editing: onIt(editing), memory: onIt(memory) };
            return <PageSlot key={key} page={page} live={live} {...marks} />;
          })}
        </div>
      </section>
      <ToEnd follow={follow.current ?? undefined} then={focusComposer} />
    </div>
  );
}

/** A turn has the focus only after it was looked for: a click in its text does not mark it. */
function focusFor(turn: HTMLElement): void {
  turn.tabIndex = -1;
  turn.focus({ preventScroll: true });
  turn.addEventListener('blur', () => turn.removeAttribute('tabindex'), { once: true });
}

interface PageProps {
  readonly page: readonly Item[];
  readonly liveId: string | undefined;
  readonly live: Live;
  /** Its turn whose message is being written anew, and the one above which the model's memory ends. */
  readonly editing: string | undefined;
  readonly memory: string | undefined;
}

/** A page that has not changed is not compared item by item. */
class PageSlot extends Component<PageProps> {
  override shouldComponentUpdate(next: Readonly<PageProps>): boolean {
    const { page, liveId, editing, memory } = this.props;
    const isSame = next.page === page && next.liveId === liveId;
    return !isSame || next.editing !== editing || next.memory !== memory;
  }

  override render() {
    const { page, liveId, live, editing, memory } = this.props;
    return (
      <div class="leaf">
        {page.map((item) =>
          item.kind === 'notice' ? (
            <NoticeView key={item.id} notice={item} />
          ) : (
            <Fragment key={item.id}>
              {item.id === memory && <MemoryLine />}
              <TurnSlot
                turn={item}
                live={item.id === liveId ? live : undefined}
                isEditing={item.id === editing}
              />
            </Fragment>
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

interface Followed {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly content: RefObject<HTMLElement | null>;
  readonly hasEnd: () => boolean;
}

function useFollowEnd(
  follow: RefObject<FollowEnd | undefined>,
  { scroller, content, hasEnd }: Followed,
): void {
  const [, setReady] = useState(false);
  useEffect(() => {
    if (!scroller.current || !content.current) return undefined;
    const made = new FollowEnd(scroller.current, content.current, hasEnd);
    follow.current = made;
    setReady(true);
    return () => made.dispose();
  }, []);
}

/** Index of the first page to draw; goes down to 0 page by page in idle time. A `wanted` one is drawn now. */
function useFirstPage(count: number, wanted: number): number {
  const [first, setFirst] = useState(Math.max(0, count - PAGES_AT_ONCE));
  useEffect(() => {
    if (first === 0) return undefined;
    return whenIdle(() => setFirst(first - 1));
  }, [first]);
  useEffect(() => {
    if (wanted >= 0) setFirst((now) => Math.min(now, wanted));
  }, [wanted]);
  const last = Math.max(0, count - PAGES_AT_ONCE);
  return Math.min(first, last, wanted < 0 ? last : wanted);
}
