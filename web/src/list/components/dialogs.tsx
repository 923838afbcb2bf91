import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Summary } from '../../connection/summary.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { failureText } from '../../ui/i18n.ts';
import { Icon } from '../../ui/icons.tsx';
import { fileName, saveFile } from '../../ui/save-file.ts';
import { ShareFault, ShareLinks } from '../../ui/shares/share-links.tsx';
import { SharesStore, type ShareFailure } from '../../ui/shares/shares-store.ts';
import { isErrorKey } from '../../../../shared/client/message.ts';
import { useList, useListTexts } from '../context.ts';
import type { Changes, Failure, Folder } from '../list-store.ts';

export function Dialogs() {
  const { asking } = useList();
  const asked = asking.value;
  if (!asked) return null;
  if (asked.name === 'folder') return <FolderDialog folder={asked.folder} />;
  const Part = PARTS[asked.name];
  return <Part conversation={asked.conversation} />;
}

const PARTS = { menu: Menu, share: ShareDialog, delete: DeleteQuestion } as const;

function useClose(): () => void {
  const { asking } = useList();
  const own = asking.peek();
  // Another dialog may have taken the place of this one.
  return () => {
    if (asking.peek() === own) asking.value = undefined;
  };
}

function Menu({ conversation }: { conversation: Summary }) {
  const { store, asking, renaming } = useList();
  const { t } = useListTexts();
  const close = useClose();
  const [failure, setFailure] = useState<Failure>(undefined);
  const { id, title, status, isPinned, folder } = conversation;
  const change = async (changes: Changes) => {
    const failed = await store.update(id, changes);
    if (failed) setFailure(failed);
    else close();
  };
  const rename = () => {
    close();
    // The dialog gives the focus back first.
    requestAnimationFrame(() => {
      renaming.value = id;
    });
  };
  const save = async () => {
    const text = await store.exported(id);
    if (text === undefined) return setFailure({ reason: 'disconnected', message: '', values: {} });
    saveFile(`${fileName(title)}.md`, 'text/markdown', text);
    close();
  };
  const isOpen = status === 'open';
  return (
    <Dialog id="row-menu" title={title || t('list.untitled')} class="menu" close={close}>
      <Leave close={close} />
      <Item label={t('menu.rename')} keys="F2" run={rename} />
      <Item label={t(isPinned ? 'menu.unpin' : 'menu.pin')} run={() => void change({ pinned: !isPinned })} />
      <Item
        label={t(isOpen ? 'menu.close' : 'menu.reopen')}
        run={() => void change({ status: isOpen ? 'closed' : 'open' })}
      />
      {status !== 'archived' && (
        <Item label={t('menu.archive')} run={() => void change({ status: 'archived' })} />
      )}
      <Item
        label={t('menu.share')}
        run={() => {
          asking.value = { name: 'share', conversation };
        }}
      />
      <Item label={t('menu.export')} run={() => void save()} />
      <label class="menu-folder">
        <span>{t('menu.folder')}</span>
        <select
          class="field"
          value={folder}
          onChange={(event) => void change({ folder: event.currentTarget.value || null })}
        >
          <option value="">{t('menu.noFolder')}</option>
          {store.folders.value.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <Item
        label={t('menu.delete')}
        keys={t('menu.deleteKey')}
        run={() => {
          asking.value = { name: 'delete', conversation };
        }}
      />
      <Fault failure={failure} />
    </Dialog>
  );
}

function Leave({ close }: { close: () => void }) {
  const { t } = useListTexts();
  return (
    <button type="button" class="tool menu-leave" aria-label={t('menu.leave')} onClick={close}>
      <Icon name="close" />
    </button>
  );
}

function Item({ label, keys, run }: { label: string; keys?: string; run: () => void }) {
  return (
    <button type="button" class="menu-item" onClick={run}>
      {label}
      {keys !== undefined && <kbd>{keys}</kbd>}
    </button>
  );
}

function ShareDialog({ conversation: { id, title } }: { conversation: Summary }) {
  const { shell } = useList();
  const { t } = useListTexts();
  const close = useClose();
  const heading = useRef<HTMLParagraphElement>(null);
  const [shares] = useState(() => new SharesStore(shell.line, id));
  const [isMaking, setMaking] = useState(false);
  const [failure, setFailure] = useState<ShareFailure>(undefined);
  useEffect(() => void shares.read().then(setFailure), []);
  const make = async () => {
    if (isMaking) return;
    setMaking(true);
    setFailure(await shares.make(id));
    setMaking(false);
  };
  return (
    <Dialog id="share-dialog-title" title={t('share.title')} class="share-dialog" close={close}>
      <p ref={heading} tabIndex={-1}>
        {t('share.text', { title: title || t('list.untitled') })}
      </p>
      <ShareLinks store={shares} hasTitles={false} heir={() => heading.current?.focus()} />
      <ShareFault failure={failure} />
      <Buttons>
        <button type="button" class="button" onClick={close}>
          {t('share.close')}
        </button>
        <button
          type="button"
          class="button button-strong"
          aria-disabled={isMaking}
          onClick={() => void make()}
        >
          {t(shares.links.value?.length ? 'share.makeAnother' : 'share.make')}
        </button>
      </Buttons>
    </Dialog>
  );
}

function DeleteQuestion({ conversation: { id, title } }: { conversation: Summary }) {
  const { store } = useList();
  const { t } = useListTexts();
  const close = useClose();
  const [isDeleting, setDeleting] = useState(false);
  const [failure, setFailure] = useState<Failure>(undefined);
  const heir = useRef<string | undefined>(undefined);
  const confirm = async () => {
    if (isDeleting) return;
    setDeleting(true);
    const ids = store.listed.peek().conversations.map((one) => one.id);
    const at = ids.indexOf(id);
    const next = ids[at + 1] ?? ids[at - 1] ?? '';
    const failed = await store.remove(id);
    setDeleting(false);
    if (failed) return setFailure(failed);
    heir.current = next;
    close();
  };
  return (
    <Dialog
      id="delete-title"
      title={t('delete.title')}
      close={close}
      closed={() => heir.current !== undefined && focusLater(heir.current)}
    >
      <p>{t('delete.text', { title: title || t('list.untitled') })}</p>
      <Fault failure={failure} />
      <Buttons>
        <button type="button" class="button" onClick={close}>
          {t('delete.no')}
        </button>
        <button
          type="button"
          class="button button-strong"
          aria-disabled={isDeleting}
          onClick={() => void confirm()}
        >
          {t(isDeleting ? 'delete.going' : 'delete.yes')}
        </button>
      </Buttons>
    </Dialog>
  );
}

/** After the dialog has given the focus back to what is gone. */
function focusLater(next: string): void {
  requestAnimationFrame(() => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>('.row-link')];
    const link = links.find(({ href }) => next !== '' && href.endsWith(`/${next}`));
    (link ?? document.querySelector<HTMLElement>('.list-new'))?.focus();
  });
}

/** Among them is the new folder. After the dialog has given the focus back. */
function focusChoices(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.list-choices select')?.focus());
}

function FolderDialog({ folder }: { folder: Folder | undefined }) {
  const { store } = useList();
  const { t } = useListTexts();
  const close = useClose();
  const [failure, setFailure] = useState<Failure>(undefined);
  const isMade = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  // After the dialog has put the focus on its title.
  useEffect(() => field.current?.focus(), []);
  const done = (failed: Failure) => (failed ? setFailure(failed) : close());
  const remove = async (id: string) => done(await store.removeFolder(id));
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const given = new FormData(event.target);
    const [name, instructions] = [given.get('name'), given.get('instructions')].map(String);
    const failed = await store.saveFolder(folder?.id, { name: name ?? '', instructions: instructions ?? '' });
    isMade.current = !failed && !folder;
    done(failed);
  };
  return (
    <Dialog
      id="folder-title"
      title={t(folder ? 'folder.edit' : 'folder.new')}
      close={close}
      closed={() => isMade.current && focusChoices()}
    >
      <form class="folder-form" onSubmit={(event) => void save(event)}>
        <label>
          <span>{t('folder.name')}</span>
          <input
            ref={field}
            class="field"
            name="name"
            required
            maxLength={200}
            defaultValue={folder?.name}
            dir="auto"
          />
        </label>
        <label>
          <span>{t('folder.instructions')}</span>
          <textarea
            class="field"
            name="instructions"
            rows={4}
            maxLength={4000}
            defaultValue={folder?.instructions}
            dir="auto"
          />
        </label>
        <Fault failure={failure} />
        <Buttons>
          {folder && (
            <button type="button" class="button" onClick={() => void remove(folder.id)}>
              {t('folder.delete')}
            </button>
          )}
          <button type="button" class="button" onClick={close}>
            {t('folder.cancel')}
          </button>
          <button type="submit" class="button button-strong">
            {t('folder.save')}
          </button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function Buttons({ children }: { children: ComponentChildren }) {
  return <div class="dialog-buttons">{children}</div>;
}

function Fault({ failure }: { failure: Failure }) {
  const { locale, t } = useListTexts();
  if (!failure) return null;
  const { reason, values, message } = failure;
  return (
    <p class="dialog-fault" role="alert">
      {isErrorKey(reason) ? failureText(locale, reason, values, message) : t('list.offline')}
    </p>
  );
}
