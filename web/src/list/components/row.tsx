import { Link } from '../../ui/link.tsx';
import { useShell } from '../../ui/shell.ts';
import type { Summary } from '../../connection/summary.ts';
import { useList, useListTexts } from '../context.ts';

export interface RowProps {
  readonly conversation: Summary;
}

export function Row({ conversation: { id, title, status } }: RowProps) {
  const { current } = useList();
  const { side } = useShell();
  const { t } = useListTexts();
  return (
    <li class="row">
      <Link
        to={{ name: 'chat', conversation: id }}
        class="row-link"
        isCurrent={current.value === id}
        onFollow={() => {
          side.isDrawn.value = false;
        }}
      >
        <span class="row-title" dir="auto">
          {title || t('list.untitled')}
        </span>
        {status === 'closed' && <span class="row-mark">{t('list.closed')}</span>}
      </Link>
    </li>
  );
}
