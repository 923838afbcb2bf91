import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ChatPage } from './chat/chat-page.tsx';
import type { OpenChat } from './chat/open-chat.ts';
import type { PeoplePageProps } from './people/people-page.tsx';
import { useShell } from './ui/shell.ts';

export interface PagesProps {
  readonly chat: OpenChat;
  readonly guestToken: () => string | undefined;
}

/** The page of the place where the reader is. What a first message does not need is loaded later. */
export function Pages({ chat, guestToken }: PagesProps) {
  const place = useShell().router.place.value;
  const People = useLoaded(place.name === 'app', loadPeople);
  if (place.name === 'app') {
    return People && <People key={place.page} page={place.page} guestToken={guestToken()} />;
  }
  return <ChatPage services={chat.services} />;
}

const RETRY_MS = 3_000;

const loadPeople = async (): Promise<ComponentType<PeoplePageProps>> =>
  (await import('./people/people-page.tsx')).PeoplePage;

function useLoaded<Props>(
  isWanted: boolean,
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> | undefined {
  const [part, setPart] = useState<{ readonly Part: ComponentType<Props> } | undefined>(undefined);
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (!isWanted || part) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    load().then(
      (Part) => setPart({ Part }),
      () => {
        timer = setTimeout(() => setFailures((before) => before + 1), RETRY_MS);
      },
    );
    return () => clearTimeout(timer);
  }, [isWanted, failures]);
  return part?.Part;
}
