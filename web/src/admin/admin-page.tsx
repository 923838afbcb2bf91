import { useState } from 'preact/hooks';
import { Link } from '../ui/link.tsx';
import { useShell } from '../ui/shell.ts';
import { Sheet } from '../ui/sheet.tsx';
import { InvitationsPart, KeysPart } from './access-parts.tsx';
import { useLanguage } from './admin-texts.ts';
import { ConversationsPart } from './conversations-part.tsx';
import { AuditPart, LedgerPart, LivePart, RoutesPart } from './state-parts.tsx';
import { TeamsPart } from './teams-part.tsx';
import { UsersPart } from './users-part.tsx';
import './admin.css';

const PARTS = [
  'users',
  'teams',
  'invitations',
  'keys',
  'conversations',
  'live',
  'routes',
  'ledger',
  'audit',
] as const;
type Part = (typeof PARTS)[number];

/** For administrators: the whole server, read only where it is about what people said. */
export function AdminPage({ section }: { section: string | undefined }) {
  const { account, router } = useShell();
  const { t } = useLanguage();
  /** Whose conversations are to be shown. */
  const [about, setAbout] = useState('');
  const part = PARTS.find((one) => one === section) ?? 'users';
  const { value } = account.account;
  const isAdmin = value.name === 'signedIn' && value.user.isAdmin;
  const read = (user: string) => {
    setAbout(user);
    router.go({ name: 'app', page: 'admin', section: 'conversations' });
  };
  return (
    <Sheet name="admin" back={t('admin.back')} part={part}>
      <div class="admin-sheet">
        <h2>{t('admin.title')}</h2>
        {isAdmin ? (
          <>
            <nav class="admin-kinds" aria-label={t('admin.parts')}>
              {PARTS.map((one) => (
                <Link key={one} to={{ name: 'app', page: 'admin', section: one }} isCurrent={one === part}>
                  {t(`admin.${one}`)}
                </Link>
              ))}
            </nav>
            <PartOf part={part} about={about} read={read} />
          </>
        ) : (
          <p>{t('admin.forAdmins')}</p>
        )}
      </div>
    </Sheet>
  );
}

interface PartProps {
  readonly part: Part;
  readonly about: string;
  readonly read: (user: string) => void;
}

function PartOf({ part, about, read }: PartProps) {
  switch (part) {
    case 'users':
      return <UsersPart read={read} />;
    case 'teams':
      return <TeamsPart />;
    case 'invitations':
      return <InvitationsPart />;
    case 'keys':
      return <KeysPart />;
    case 'conversations':
      return <ConversationsPart user={about} />;
    case 'live':
      return <LivePart />;
    case 'routes':
      return <RoutesPart />;
    case 'ledger':
      return <LedgerPart />;
    case 'audit':
      return <AuditPart />;
  }
}
