/** The chunk for files that are sent with messages. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { numberOf, textOf, type Params } from '../../../../shared/client/message.ts';
import { PIECE_BYTES } from '../../connection/send-file.ts';
import { browserClock } from '../../ui/browser-clock.ts';
import { readableText } from '../../ui/readable-text.ts';
import { Icon } from '../../ui/icons.tsx';
import { useShell, useTexts } from '../../ui/shell.ts';
import type { ChatStore } from '../chat-store.ts';
import type { Turn } from '../turn.ts';
import type { AttachParts } from './attach-contract.ts';
import { ATTACH_TEXTS } from './attach-texts.ts';
import { factsText, failureOf, refusalText, sizeText, trayFaultText } from './file-words.ts';
import { SentPictures, type SentPicture } from './sent-picture.ts';
import { TrayStore, type TrayFile, type TrayItem } from './tray-store.ts';
import './attach.css';

export interface AttachOptions {
  readonly store: ChatStore;
  readonly isSignedIn: () => boolean;
}

export function createAttach({ store, isSignedIn }: AttachOptions): AttachParts {
  const tray = new TrayStore({
    line: store,
    chat: store.chat,
    send: (attachments) => store.send(attachments),
    pieceBytes: () => PIECE_BYTES[isSignedIn() ? 'user' : 'guest'],
    nowMs: () => browserClock.now(),
    preview,
  });
  const pictures = new SentPictures();
  return {
    Tray: () => <Tray tray={tray} store={store} />,
    AttachButton: () => <AttachButton tray={tray} />,
    TurnFiles: ({ turn }) => <TurnFiles turn={turn} pictures={pictures} />,
    submit: () => void tray.submit(),
  };
}

interface TrayProps {
  readonly tray: TrayStore;
  readonly store: ChatStore;
}

function Tray({ tray, store }: TrayProps) {
  const language = useTexts(ATTACH_TEXTS);
  const { t } = language;
  const items = tray.items.value;
  const fault = tray.fault.value;
  const isOver = useDropAndPaste(tray);
  useSpeech(items);
  const { refusal, draft } = store.chat.value;
  const faults = [
    fault && trayFaultText(fault, language),
    ...items.map((item) => failureOf(item, language)),
    refusalText(refusal, language),
  ].filter((text) => text !== undefined);
  const isWordless = items.length > 0 && draft.trim() === '' && !tray.isSending && faults.length === 0;
  return (
    <>
      {items.length > 0 && (
        <ul class="attach-tray" aria-label={t('attach.label')}>
          {items.map((item) => (
            <TrayFileView key={item.id} item={item} remove={() => remove(tray, item.id)} />
          ))}
        </ul>
      )}
      {faults.length > 0 && (
        <p class="attach-fault" role="alert">
          {faults.join(' ')}
        </p>
      )}
      {isWordless && <p class="attach-words">{t('attach.words')}</p>}
      {isOver && <p class="attach-drop">{t('attach.drop')}</p>}
    </>
  );
}

/** The focus stays in the tray, or goes back to the field. */
function remove(tray: TrayStore, id: number): void {
  const at = tray.items.value.findIndex((item) => item.id === id);
  tray.remove(id);
  requestAnimationFrame(() => {
    const buttons = document.querySelectorAll<HTMLElement>('.attach-tray button');
    const next = buttons[Math.min(at, buttons.length - 1)] ?? document.getElementById('composer');
    next?.focus();
  });
}

function TrayFileView({ item, remove: drop }: { item: TrayItem; remove: () => void }) {
  const language = useTexts(ATTACH_TEXTS);
  const { t } = language;
  const { name, bytes, preview: image, state } = item;
  const shown = readableText(name);
  const percent = state.name === 'sending' ? state.percent : undefined;
  return (
    <li class="attach-file" data-state={state.name}>
      {image === undefined ? <Mark type="text" /> : <img class="attach-preview" src={image} alt="" />}
      <span class="attach-about">
        <span class="attach-name" dir="auto">
          {shown}
        </span>
        <span class="attach-facts">
          {percent === undefined ? sizeText(bytes, language) : t('attach.percent', { percent })}
        </span>
        {percent !== undefined && (
          <progress max={100} value={percent} aria-label={t('attach.sending', { name: shown, percent })} />
        )}
      </span>
      <button
        type="button"
        class="attach-remove"
        aria-label={t('attach.remove', { name: shown })}
        title={t('attach.remove', { name: shown })}
        onClick={drop}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

function AttachButton({ tray }: { tray: TrayStore }) {
  const { t } = useTexts(ATTACH_TEXTS);
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('attach.button')}
        onChange={({ currentTarget }) => {
          tray.add([...(currentTarget.files ?? [])]);
          // The same file can be chosen again.
          currentTarget.value = '';
          document.getElementById('composer')?.focus();
        }}
      />
      <button
        type="button"
        class="attach-button"
        aria-label={t('attach.button')}
        title={t('attach.button')}
        onClick={() => input.current?.click()}
      >
        <Clip />
      </button>
    </>
  );
}

/** Listeners tell of what has arrived, once. */
function useSpeech(items: readonly TrayItem[]): void {
  const { speech } = useShell();
  const { t } = useTexts(ATTACH_TEXTS);
  const ready = items.filter(({ state }) => state.name === 'ready');
  const before = useRef(new Set<number>());
  useEffect(() => {
    for (const { id, name } of ready) if (!before.current.has(id)) speech.say(t('attach.ready', { name }));
    before.current = new Set(ready.map(({ id }) => id));
  }, [ready.length]);
}

/** Anywhere on the page; a paste of text stays one. */
function useDropAndPaste(tray: TrayStore): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const take = (event: Event, files: FileList | undefined) => {
      if (!files || files.length === 0) return;
      event.preventDefault();
      tray.add([...files]);
    };
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      setOver(false);
      if (hasFiles(event)) take(event, event.dataTransfer?.files);
    };
    const paste = (event: ClipboardEvent) => take(event, event.clipboardData?.files);
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
      document.removeEventListener('paste', paste);
    };
  }, []);
  return isOver;
}

function TurnFiles({ turn, pictures }: { turn: Turn; pictures: SentPictures }) {
  const { line } = useShell();
  const { t } = useTexts(ATTACH_TEXTS);
  return (
    <ul class="attach-sent" aria-label={t('attach.sent')}>
      {turn.attachments.map((file, position) => (
        <SentFileView key={position} file={file} picture={pictureOf(turn, position, { line, pictures })} />
      ))}
    </ul>
  );
}

type ReadPicture = (isWanted: () => boolean) => Promise<string | undefined>;

/** How a picture is read; undefined for what is none, or is not written yet. */
function pictureOf(
  turn: Turn,
  position: number,
  { line, pictures }: Pick<SentPicture, 'line'> & { readonly pictures: SentPictures },
): ReadPicture | undefined {
  const { promptMessage, attachments } = turn;
  if (promptMessage === '' || attachments[position]?.['type'] !== 'image') return undefined;
  return (isWanted) => pictures.read({ line, message: promptMessage, position }, isWanted);
}

function SentFileView({ file, picture }: { file: Params; picture: ReadPicture | undefined }) {
  const language = useTexts(ATTACH_TEXTS);
  const place = useRef<HTMLLIElement>(null);
  const [shown, setShown] = useState<string | undefined>(undefined);
  const isPicture = picture !== undefined;
  useEffect(
    () => whenSeen(place.current, isPicture, (isWanted) => void picture?.(isWanted).then(setShown)),
    [isPicture],
  );
  return (
    <li ref={place} class="attach-file" data-bytes={numberOf(file['bytes'])}>
      {shown === undefined ? (
        <Mark type={textOf(file['type'])} />
      ) : (
        <img class="attach-preview attach-picture" src={shown} alt="" />
      )}
      <span class="attach-about">
        <span class="attach-name" dir="auto">
          {readableText(textOf(file['name']))}
        </span>
        <span class="attach-facts">{factsText(file, language)}</span>
      </span>
    </li>
  );
}

/** Once it comes near what the reader sees. Returns what ends it. */
function whenSeen(
  place: Element | null,
  isPicture: boolean,
  read: (isWanted: () => boolean) => void,
): () => void {
  let isWanted = isPicture;
  const watch = new IntersectionObserver(
    (seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      read(() => isWanted);
    },
    { rootMargin: '200px' },
  );
  if (place && isPicture) watch.observe(place);
  return () => {
    isWanted = false;
    watch.disconnect();
  };
}

function Mark({ type }: { type: string }) {
  return (
    <Drawing className="attach-mark">
      {type === 'image' ? (
        <path d="M4.500 5.500h15v13h-15ZM4.500 15.500l4.500-4.500 5 5 2.500-2.500 3 3M15 9.500h.01" />
      ) : (
        <path d="M7 3.500h7l4 4v13H7ZM14 3.500v4h4M10 12h5M10 15.500h5" />
      )}
    </Drawing>
  );
}

function Clip() {
  return (
    <Drawing className="icon">
      <path d="M19 11.500l-7.300 7.300a4.300 4.300 0 0 1-6.100-6.100l7.700-7.700" />
      <path d="M13.300 5a2.900 2.900 0 0 1 4.100 4.100l-7.600 7.600a1.400 1.400 0 0 1-2-2l6.900-6.900" />
    </Drawing>
  );
}

function Drawing({ className, children }: { className: string; children: ComponentChildren }) {
  return (
    <svg
      class={className}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** Undefined for what the browser cannot read. */
function preview(file: TrayFile): Promise<string | undefined> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      resolve(typeof reader.result === 'string' ? reader.result : undefined);
    });
    reader.addEventListener('error', () => resolve(undefined));
    if (file instanceof Blob) reader.readAsDataURL(file);
    else resolve(undefined);
  });
}
