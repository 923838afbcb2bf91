import type { TargetedDragEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Fault, Field } from '../ui/field.tsx';
import { amountText } from '../ui/i18n.ts';
import { readableText } from '../ui/readable-text.ts';
import { useShell } from '../ui/shell.ts';
import { Choice } from '../ui/choice.tsx';
import { LongField } from './parts.tsx';
import { PIECE_BYTES } from '../connection/send-file.ts';
import { sourceOf } from './source-of.ts';
import type { SummaryWish } from './summary-run.ts';
import { useLanguage } from './work-texts.ts';

/** As large as the server takes a file unless it is set otherwise; it refuses what is too large for it. */
const DOCUMENT_BYTES_MAX = 20 * 1024 * 1024;
const TYPES = '.pdf,.docx,.html,.htm,.txt,.md,application/pdf,text/plain,text/html';
const LENGTHS = ['short', 'medium', 'long'] as const;

export interface SummaryFormProps {
  readonly isBusy: boolean;
  /** Resolves to whether there is a summary. */
  readonly start: (wish: SummaryWish, pieceBytes: number) => Promise<boolean>;
}

export function SummaryForm({ isBusy, start }: SummaryFormProps) {
  const { account } = useShell();
  const { locale, t } = useLanguage();
  const [written, setWritten] = useState('');
  const [document, setDocument] = useState<File | undefined>(undefined);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [length, setLength] = useState<SummaryWish['length']>('medium');
  const [style, setStyle] = useState('');
  const choose = (file: File | undefined) => {
    if (!file) return;
    const size = `${amountText(locale, DOCUMENT_BYTES_MAX / 1024 / 1024)} MB`;
    if (file.size > DOCUMENT_BYTES_MAX) setFault(t('summaries.tooLarge', { size }));
    else if (file.size === 0) setFault(t('summaries.empty'));
    else setFault(undefined);
    setDocument(file.size > 0 && file.size <= DOCUMENT_BYTES_MAX ? file : undefined);
  };
  const source = document ? { document } : sourceOf(written);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy || !source) return;
    setFault(undefined);
    const wish = { ...source, length, ...(style.trim() !== '' && { style: style.trim() }) };
    const who = account.account.peek().name === 'signedIn' ? 'user' : 'guest';
    if (!(await start(wish, PIECE_BYTES[who]))) return;
    setWritten('');
    setDocument(undefined);
  };
  return (
    <Drop take={choose}>
      <form class="work-form" onSubmit={(event) => void submit(event)}>
        {document ? (
          <Chosen name={document.name} drop={() => setDocument(undefined)} />
        ) : (
          <LongField label={t('summaries.source')} rows={5} value={written} change={setWritten} />
        )}
        <div class="work-pair">
          <Choice
            label={t('summaries.length')}
            value={length}
            options={LENGTHS.map((one) => [one, t(`summaries.${one}`)])}
            change={setLength}
          />
          <Field
            label={t('summaries.style')}
            hint={t('summaries.styleHint')}
            maxLength={200}
            value={style}
            change={setStyle}
          />
        </div>
        <Fault text={fault} />
        <div class="work-line">
          <button type="submit" class="button button-strong" aria-disabled={isBusy || !source}>
            {t('summaries.button')}
          </button>
          <FileButton choose={choose} />
        </div>
      </form>
    </Drop>
  );
}

function Chosen({ name, drop }: { name: string; drop: () => void }) {
  const { t } = useLanguage();
  return (
    <div class="work-line">
      <p dir="auto">{t('summaries.chosen', { name: readableText(name) })}</p>
      <button type="button" class="button" onClick={drop}>
        {t('summaries.noFile')}
      </button>
    </div>
  );
}

function FileButton({ choose }: { choose: (file: File | undefined) => void }) {
  const { t } = useLanguage();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={TYPES}
        aria-label={t('summaries.file')}
        onChange={({ currentTarget }) => {
          choose(currentTarget.files?.[0]);
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      <button type="button" class="button" onClick={() => input.current?.click()}>
        {t('summaries.file')}
      </button>
    </>
  );
}

/** Takes a file that is dropped on it or pasted into it. */
function Drop(props: { take: (file: File | undefined) => void; children: preact.ComponentChildren }) {
  const { t } = useLanguage();
  const [isOver, setOver] = useState(false);
  const over = (event: TargetedDragEvent<HTMLElement>) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <div
      class="work-drop"
      data-over={isOver}
      onDragOver={over}
      onDragLeave={(event) => event.target === event.currentTarget && setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        props.take(event.dataTransfer?.files[0]);
      }}
      onPaste={(event) => {
        const file = event.clipboardData?.files[0];
        if (!file) return;
        event.preventDefault();
        props.take(file);
      }}
    >
      {props.children}
      {isOver && <p class="work-drop-here">{t('summaries.drop')}</p>}
    </div>
  );
}
