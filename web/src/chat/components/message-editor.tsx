import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { computed } from '@preact/signals';
import { useChat, useLanguage, useMayBranch } from './context.ts';
import { isTouch, useGrowth } from './field.ts';

/** Other words for a message, in its place. */
export function MessageEditor() {
  const { store, follow, focusComposer } = useChat();
  const { t } = useLanguage();
  const mayBranch = useMayBranch();
  const field = useRef<HTMLTextAreaElement>(null);
  const touch = useMemo(isTouch, []);
  const text = useMemo(() => computed(() => store.chat.value.editing?.text ?? ''), [store]).value;
  useGrowth(field, text);
  useLayoutEffect(() => {
    const { current } = field;
    follow.current?.stay();
    current?.focus({ preventScroll: true });
    current?.setSelectionRange(current.value.length, current.value.length);
    current?.closest('form')?.scrollIntoView({ block: 'nearest' });
  }, []);
  const send = () => {
    if (mayBranch() && store.sendEdited()) focusComposer();
  };
  const pressed = (event: KeyboardEvent) => {
    // While an input method composes, Enter chooses a candidate and Escape drops it (229 is for Safari).
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      store.stopEditing();
    }
    if (event.key !== 'Enter' || event.shiftKey || (touch && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="message-editor"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={pressed}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        value={text}
        aria-label={t('edit.label')}
        aria-describedby="edit-hint"
        enterkeyhint={touch ? 'enter' : 'send'}
        autoComplete="off"
        onInput={(event) => store.setEditing(event.currentTarget.value)}
      />
      <p id="edit-hint" class="edit-hint">
        {t('edit.hint')}
      </p>
      <div class="edit-buttons">
        <button type="button" class="button" onClick={() => store.stopEditing()}>
          {t('edit.cancel')}
        </button>
        <button type="submit" class="button button-strong" aria-disabled={text.trim() === ''}>
          {t('edit.send')}
        </button>
      </div>
    </form>
  );
}
