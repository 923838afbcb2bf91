/** What the pages of work share. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { textOf, type Params } from '../../../shared/client/message.ts';
import { Fault } from '../ui/field.tsx';
import { costText, shortTimeText } from '../ui/i18n.ts';
import { readableText } from '../ui/readable-text.ts';
import type { Listed } from './use-pages.ts';
import { useLanguage, type WorkLanguage, type WorkTextKey } from './work-texts.ts';

/** A field of several lines. Ctrl and Enter send it, as they do elsewhere. */
export function LongField(props: {
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly change: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="labelled">
      <label for={id}>{props.label}</label>
      <textarea
        id={id}
        rows={props.rows}
        value={props.value}
        dir="auto"
        onInput={(event) => props.change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
    </div>
  );
}

/** What was made earlier: the heading, the rows, and a way to older ones. */
export function Earlier(props: {
  readonly listed: Listed;
  readonly title: WorkTextKey;
  readonly none: WorkTextKey;
  readonly children: ComponentChildren;
}) {
  const { t } = useLanguage();
  const { records, fault, hasMore, readOn } = props.listed;
  return (
    <section class="work-earlier" aria-labelledby="earlier">
      <h3 id="earlier" tabIndex={-1}>
        {t(props.title)}
      </h3>
      <Fault text={fault} />
      {records?.length === 0 && <p class="quiet">{t(props.none)}</p>}
      {props.children}
      {hasMore && (
        <button type="button" class="button" onClick={readOn}>
          {t('work.older')}
        </button>
      )}
    </section>
  );
}

/** The place of the focus when the row that had it is gone. */
export function focusEarlier(): void {
  document.getElementById('earlier')?.focus();
}

export function titleOf(record: Params, { t }: WorkLanguage): string {
  return readableText(textOf(record['title'])) || t('work.untitled');
}

/** When it was, and what it cost. */
export function whenAndCost(at: string, charged: number, { locale }: WorkLanguage): string {
  return `${shortTimeText(locale, at)} · ${costText(locale, charged)}`;
}
