import type { RefObject } from 'preact';
import { computed } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useFocusHeir } from '../../ui/focus.ts';
import type { ChatState } from '../chat-state.ts';
import type { Turn } from '../turn.ts';
import { amountText, duration, failureText } from '../../ui/i18n.ts';
import type { TextKey } from '../chat-texts.ts';
import { numberOf } from '../../../../shared/client/message.ts';
import { Closed } from './closed.tsx';
import { useLanguage, useChat, useSecondsUntil, type ChatLanguage } from './context.ts';
import { isTouch, useGrowth } from './field.ts';
import { Icon } from '../../ui/icons.tsx';

const wallMs = () => Date.now();

/** A conversation that takes no messages says so in its place. */
export function Composer({ field }: { field: RefObject<HTMLTextAreaElement | null> }) {
  const { store, current } = useChat();
  const isRunning = useMemo(() => computed(() => store.chat.value.live !== undefined), [store]).value;
  const status = current.summary.value?.status ?? 'open';
  return status === 'open' || isRunning ? <MessageBox field={field} /> : <Closed status={status} />;
}

/** `up` is true when the key was used. */
function onKeys(touch: boolean, submit: () => void, up: () => boolean): (event: KeyboardEvent) => void {
  return (event) => {
    // While an input method composes, Enter chooses a candidate and Escape drops it (229 is for Safari).
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'ArrowUp' && up()) return event.preventDefault();
    if (event.key !== 'Enter' || event.shiftKey) return;
    // The keys on a touch screen have no other way to break a line; the button sends.
    if (touch && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    submit();
  };
}

function MessageBox({ field }: { field: RefObject<HTMLTextAreaElement | null> }) {
  const { store, isHeldUp, focusComposer, attach } = useChat();
  const files = attach.value;
  const { locale, t } = useLanguage();
  const connected = store.connection.value.name === 'ready';
  const { draft, live, limitedUntilMs, refusal } = store.chat.value;
  const seconds = useSecondsUntil(limitedUntilMs, wallMs);
  const touch = useMemo(isTouch, []);
  const isRunning = live !== undefined;
  useEffect(() => {
    isHeldUp.value = false;
  }, [isRunning]);
  const form = useRef<HTMLFormElement>(null);
  useFocusHeir(form, () => requestAnimationFrame(focusComposer));
  useGrowth(field, draft);
  const notice = noticeText(refusal, seconds, { locale, t });
  const submit = () => {
    isHeldUp.value = isRunning && draft.trim() !== '';
    if (files) files.submit();
    else store.send();
  };
  return (
    <form
      ref={form}
      class="composer"
      data-limited={seconds > 0}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="composer-box">
        {notice !== undefined && (
          <p id="composer-notice" class="composer-notice">
            {notice}
          </p>
        )}
        {files && <files.Tray />}
        <div class="composer-row">
          {files && <files.AttachButton />}
          <textarea
            ref={field}
            id="composer"
            rows={1}
            dir="auto"
            value={draft}
            aria-label={t('composer.label')}
            aria-describedby={notice === undefined ? 'composer-hint' : 'composer-notice'}
            placeholder={t('composer.placeholder')}
            enterkeyhint={touch ? 'enter' : 'send'}
            autoComplete="off"
            onInput={(event) => store.setDraft(event.currentTarget.value)}
            onKeyDown={onKeys(touch, submit, () => draft === '' && store.editNewest())}
          />
          <SendOrStop
            live={live}
            connected={connected}
            empty={draft.trim() === ''}
            seconds={seconds}
            stop={() => store.stop()}
          />
        </div>
      </div>
      <p id="composer-hint" class="hint">
        {hintText(live, { connected, busy: isHeldUp.value, touch }, t)}
      </p>
    </form>
  );
}

/** One button that stays in place and keeps the focus: it sends, or stops what runs. */
function SendOrStop(props: {
  live: Turn | undefined;
  connected: boolean;
  empty: boolean;
  seconds: number;
  stop: () => void;
}) {
  const { t } = useLanguage();
  const { live, connected, empty, seconds, stop } = props;
  const label = live
    ? t(stopKey(live, connected))
    : seconds > 0
      ? t('composer.wait', { seconds })
      : t('composer.send');
  return (
    <button
      type={live ? 'button' : 'submit'}
      class={live ? 'send send-stop' : 'send'}
      aria-label={label}
      title={label}
      aria-disabled={live ? live.stopping : empty || seconds > 0}
      onClick={live ? stop : undefined}
    >
      {live ? (
        <Icon name="stop" />
      ) : seconds > 0 ? (
        <span class="count">{seconds}</span>
      ) : (
        <Icon name="send" />
      )}
    </button>
  );
}

/** Without a connection nothing can be stopped at once; the wish is kept and sent as soon as there is one. */
function stopKey(live: Turn, connected: boolean): TextKey {
  if (live.phase.name === 'held') return 'composer.takeBack';
  return connected ? 'composer.stop' : 'composer.stopLater';
}

interface HintFacts {
  readonly connected: boolean;
  readonly busy: boolean;
  readonly touch: boolean;
}

/** A touch screen has no keys to describe. */
function hintText(live: Turn | undefined, facts: HintFacts, t: ChatLanguage['t']): string {
  const key = hintKey(live, facts);
  return facts.touch && key.startsWith('composer.keys') ? '' : t(key);
}

function hintKey(live: Turn | undefined, { connected, busy }: HintFacts): TextKey {
  if (!live) return 'composer.keys';
  if (live.phase.name === 'held') return busy ? 'composer.busy' : 'composer.keysTakeBack';
  if (!connected) return live.stopping ? 'composer.stopsLater' : 'composer.keysStopLater';
  return busy ? 'composer.busy' : 'composer.keysStop';
}

function noticeText(
  refusal: ChatState['refusal'],
  seconds: number,
  { locale, t }: ChatLanguage,
): string | undefined {
  if (seconds > 0) return t('composer.limited', { time: duration(locale, seconds) });
  if (!refusal) return undefined;
  switch (refusal.reason) {
    case 'rate_limited':
    // Said where the files are.
    case 'attachment_refused':
    case 'unsupported':
    case 'upstream_refused':
    case 'files_full':
    case 'documents_busy':
      return undefined;
    case 'message_too_long':
      return 'tokens' in refusal.values && 'budget' in refusal.values
        ? t('composer.tooLong', refusal.values)
        : t('composer.tooLarge');
    case 'insufficient_credits':
      return t('composer.credits', {
        balance: amountText(locale, numberOf(refusal.values['balance'])),
        need: amountText(locale, numberOf(refusal.values['need'])),
      });
    case 'line_too_long':
      return t('composer.tooLarge');
    default:
      return failureText(locale, refusal.reason, refusal.values);
  }
}
