import type { ComponentType } from 'preact';
import { Link } from '../ui/link.tsx';
import { WORK_PAGES, type WorkPage as Page } from '../ui/router.ts';
import { Sheet } from '../ui/sheet.tsx';
import { ImagesPage } from './images-page.tsx';
import { JobsPage } from './jobs-page.tsx';
import type { WorkPartProps } from './runs.ts';
import { SummariesPage } from './summaries-page.tsx';
import { useLanguage } from './work-texts.ts';
import './work.css';

export interface WorkPageProps extends WorkPartProps {
  readonly page: Page;
}

const PARTS: Readonly<Record<Page, ComponentType<WorkPartProps>>> = {
  summaries: SummariesPage,
  images: ImagesPage,
  jobs: JobsPage,
};

/** Work beside the conversation: each page has a form, what it is doing, and what was made earlier. */
export function WorkPage({ page, runs }: WorkPageProps) {
  const { t } = useLanguage();
  const Part = PARTS[page];
  return (
    <Sheet name="work" back={t('work.back')} part={page}>
      <div class="work-sheet">
        <nav class="work-kinds" aria-label={t('work.kinds')}>
          {WORK_PAGES.map((one) => (
            <Link key={one} to={{ name: 'app', page: one }} isCurrent={one === page}>
              {t(`work.${one}`)}
            </Link>
          ))}
        </nav>
        <Part runs={runs} />
      </div>
    </Sheet>
  );
}
