import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import { ChatPage, SkipLink } from './chat/chat-page.tsx';
import type { OpenChat } from './chat/open-chat.ts';
import type { PeoplePageProps } from './people/people-page.tsx';
import { isWorkPage } from './ui/router.ts';
import type { WorkRuns } from './tasks/runs.ts';
import type { WorkPageProps } from './tasks/work-page.tsx';
import { useMayTalk, useShell } from './ui/shell.ts';
import { SideFrame } from './ui/side-frame.tsx';
import { useLoaded } from './ui/use-loaded.ts';

export interface PagesProps {
  readonly chat: OpenChat;
  /** Resolves with what is drawn beside the page. */
  readonly loadList: () => Promise<ComponentType>;
  readonly guestToken: () => string | undefined;
  /** Conversations have come that the list does not know. */
  readonly changed: () => void;
}

/** The page of the place where the reader is. What a first message does not need is loaded later. */
export function Pages({ chat, loadList, guestToken, changed }: PagesProps) {
  const place = useShell().router.place.value;
  const [runs] = useState<WorkRuns>(() => ({}));
  const hasList = useMayTalk();
  const isApi = place.name === 'app' && place.page === 'api';
  const isUsage = place.name === 'app' && place.page === 'usage';
  const work = place.name === 'app' && isWorkPage(place.page) ? place.page : undefined;
  const isAdmin = place.name === 'app' && place.page === 'admin';
  const isTeams = place.name === 'app' && place.page === 'teams';
  const isOther = isApi || isUsage || isAdmin || isTeams || work !== undefined;
  const isPeople = place.name === 'app' && !isOther;
  const Admin = useLoaded(isAdmin, loadAdmin);
  const People = useLoaded(isPeople, loadPeople);
  const Work = useLoaded(work !== undefined, loadWork);
  const Api = useLoaded(isApi, loadApi);
  const Usage = useLoaded(isUsage, loadUsage);
  const Teams = useLoaded(isTeams, loadTeams);
  return (
    <div class="shell">
      {place.name !== 'app' && <SkipLink />}
      {hasList && <SideFrame load={loadList} />}
      {isApi && Api && <Api />}
      {isUsage && Usage && <Usage />}
      {isTeams && Teams && <Teams section={place.section} />}
      {isAdmin && Admin && <Admin section={place.section} />}
      {work !== undefined && Work && <Work key={work} page={work} runs={runs} />}
      {place.name !== 'app' && <ChatPage services={chat.services} />}
      {place.name === 'app' && isPeople && People && (
        <People
          key={place.page}
          page={place.page}
          guestToken={guestToken()}
          changed={changed}
          forget={() => {
            chat.forgetAll();
            changed();
          }}
        />
      )}
    </div>
  );
}

/** A document of its own: its links lead to others. */
export function SharedPages({ share }: { share: string }) {
  const SharePage = useLoaded(true, loadShare);
  return <div class="shell">{SharePage && <SharePage share={share} />}</div>;
}

const loadShare = async (): Promise<ComponentType<{ share: string }>> =>
  (await import('./share/share-page.tsx')).SharePage;

const loadPeople = async (): Promise<ComponentType<PeoplePageProps>> =>
  (await import('./people/people-page.tsx')).PeoplePage;

const loadWork = async (): Promise<ComponentType<WorkPageProps>> =>
  (await import('./tasks/work-page.tsx')).WorkPage;

const loadUsage = async (): Promise<ComponentType> => (await import('./usage/usage-page.tsx')).UsagePage;

const loadTeams = async (): Promise<ComponentType<{ section: string | undefined }>> =>
  (await import('./teams/teams-page.tsx')).TeamsPage;

const loadApi = async (): Promise<ComponentType> => (await import('./api/api-page.tsx')).ApiPage;

const loadAdmin = async (): Promise<ComponentType<{ section: string | undefined }>> =>
  (await import('./admin/admin-page.tsx')).AdminPage;
