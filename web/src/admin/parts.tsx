/** What the pages of administration share. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { copyText } from '../ui/clipboard.ts';
import { Fault } from '../ui/field.tsx';
import { useShell } from '../ui/shell.ts';
import { useLanguage, type AdminTextKey } from './admin-texts.ts';
import type { List } from './use-list.ts';

/** The rows of a list, or that there are none, and a way to more of them. */
export function Rows(props: {
  readonly list: List;
  readonly none: AdminTextKey;
  readonly children: ComponentChildren;
}) {
  const { t } = useLanguage();
  const { records, fault, hasMore, readOn } = props.list;
  return (
    <>
      <Fault text={fault} />
      {records === undefined && fault === undefined && <p class="quiet">{t('admin.loading')}</p>}
      {records?.length === 0 && <p class="quiet">{t(props.none)}</p>}
      {records !== undefined && records.length > 0 && <ul class="admin-rows">{props.children}</ul>}
      {hasMore && (
        <button type="button" class="button" onClick={readOn}>
          {t('admin.more')}
        </button>
      )}
    </>
  );
}

/** Parts of one line, those that are empty left out. */
export function Facts({ parts }: { parts: readonly string[] }) {
  return <p class="admin-facts">{parts.filter((part) => part !== '').join(' · ')}</p>;
}

/** Numbers with what they count. */
export function Figures({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
    <dl class="admin-figures">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A secret address that is shown once. */
export function OnceLink({ lead, href }: { lead: string; href: string }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await copyText(href))) return;
    setCopied(true);
    speech.say(t('copy.done'));
  };
  return (
    <div class="admin-once">
      <p>{lead}</p>
      <p class="admin-address">{href}</p>
      <div class="admin-line">
        <button type="button" class="button" onClick={() => void copy()}>
          {t('copy.link')}
        </button>
        {isCopied && <span class="quiet">{t('copy.done')}</span>}
      </div>
    </div>
  );
}
