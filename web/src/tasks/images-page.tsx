import { useEffect, useState } from 'preact/hooks';
import { isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { Fault, Field } from '../ui/field.tsx';
import { amountText, shortTimeText } from '../ui/i18n.ts';
import { readableText } from '../ui/readable-text.ts';
import { useShell } from '../ui/shell.ts';
import { faultOf, recordsOf, useDeed } from '../ui/use-request.ts';
import { Choice } from '../ui/choice.tsx';
import { ImageRun, type ImageStep } from './image-run.ts';
import { Earlier, focusEarlier, LongField } from './parts.tsx';
import type { WorkPartProps } from './runs.ts';
import { usePages, type Listed } from './use-pages.ts';
import { useLanguage, type WorkLanguage } from './work-texts.ts';

const SIZES = { square: '1024x1024', landscape: '1024x768', portrait: '768x1024' } as const;
type Shape = keyof typeof SIZES;
const SHAPES: readonly Shape[] = ['square', 'landscape', 'portrait'];

export function ImagesPage({ runs }: WorkPartProps) {
  const { line, speech } = useShell();
  const language = useLanguage();
  const { t } = language;
  const run = (runs.image ??= new ImageRun(line));
  const listed = usePages('images.list', 'images');
  const state = run.state.value;
  const isDone = state.name === 'done';
  useEffect(() => {
    if (isDone) listed.again();
  }, [isDone]);
  return (
    <>
      <h2>{t('work.images')}</h2>
      <p class="quiet">{t('images.lead')}</p>
      <ImageForm
        isBusy={state.name === 'running'}
        start={async (wish) => {
          if (await run.start(wish)) speech.say(t('images.done'));
        }}
      />
      {state.name === 'failed' && <Fault text={faultOf(state.failure, language)} />}
      {state.name === 'running' && (
        <div class="work-now work-line">
          <p class="quiet" role="status">
            {stepText(state.step, language)}
          </p>
          <button type="button" class="button" onClick={() => run.stop()}>
            {t('work.stop')}
          </button>
        </div>
      )}
      <Earlier listed={listed} title="images.earlier" none="images.none">
        <Pictures listed={listed} />
      </Earlier>
    </>
  );
}

interface ImageWish {
  readonly prompt: string;
  readonly size: string;
  readonly style?: string;
}

function ImageForm(props: { isBusy: boolean; start: (wish: ImageWish) => Promise<void> }) {
  const { t } = useLanguage();
  const [prompt, setPrompt] = useState('');
  const [shape, setShape] = useState<Shape>('square');
  const [style, setStyle] = useState('');
  const isReady = !props.isBusy && prompt.trim() !== '';
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!isReady) return;
    const size = SIZES[shape];
    await props.start({ prompt: prompt.trim(), size, ...(style.trim() !== '' && { style: style.trim() }) });
  };
  return (
    <form class="work-form" onSubmit={(event) => void submit(event)}>
      <LongField label={t('images.prompt')} rows={3} value={prompt} change={setPrompt} />
      <div class="work-pair">
        <Choice
          label={t('images.size')}
          value={shape}
          options={SHAPES.map((one) => [one, t(`images.${one}`)])}
          change={setShape}
        />
        <Field
          label={t('images.style')}
          hint={t('images.styleHint')}
          maxLength={200}
          value={style}
          change={setStyle}
        />
      </div>
      <div class="work-line">
        <button type="submit" class="button button-strong" aria-disabled={!isReady}>
          {t('images.button')}
        </button>
      </div>
    </form>
  );
}

function stepText(step: ImageStep, { locale, t }: WorkLanguage): string {
  switch (step.name) {
    case 'queued':
      return t('work.queued', { position: amountText(locale, step.position) });
    case 'drawing':
      return t('images.drawing', { model: readableText(step.model) });
    case 'loading':
      return t('work.loading');
    case 'asked':
      return t('work.working');
  }
}

function Pictures({ listed }: { listed: Listed }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const remove = async (id: string) => {
    if (!(await deed.run('images.delete', { id }))) return;
    listed.drop(id);
    speech.say(t('work.deleted'));
    focusEarlier();
  };
  return (
    <>
      <Fault text={deed.fault} />
      <ul class="work-pictures">
        {listed.records?.map((image) => (
          <li key={textOf(image['id'])}>
            <Picture image={image} remove={() => void remove(textOf(image['id']))} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Picture({ image, remove }: { image: Params; remove: () => void }) {
  const { locale, t } = useLanguage();
  const title = readableText(textOf(image['prompt'])) || t('work.untitled');
  const status = textOf(image['status']);
  const meta = isRecord(image['meta']) ? image['meta'] : {};
  return (
    <figure>
      {recordsOf(image, 'images').map((drawn, index) => (
        <Drawn key={index} drawn={drawn} title={title} />
      ))}
      <figcaption>
        <p dir="auto">{title}</p>
        <p class="quiet">{shortTimeText(locale, textOf(image['createdAt']))}</p>
        {isStatus(status) && <p class="quiet">{t(`images.${status}`)}</p>}
        {meta['provider'] === 'offline' && status === 'ok' && <p class="quiet">{t('images.placeholder')}</p>}
        <button type="button" class="button" aria-label={t('work.deleteOne', { title })} onClick={remove}>
          {t('work.delete')}
        </button>
      </figcaption>
    </figure>
  );
}

const STATUSES = ['running', 'failed', 'cancelled', 'expired'] as const;

function isStatus(status: string): status is (typeof STATUSES)[number] {
  return STATUSES.some((one) => one === status);
}

/** A picture on another host is only linked: the page loads nothing from there. */
function Drawn({ drawn, title }: { drawn: Params; title: string }) {
  const { router } = useShell();
  const { t } = useLanguage();
  const [width, height] = [numberOf(drawn['width']), numberOf(drawn['height'])];
  const original = addressOf(drawn['image'], router.root);
  const preview = addressOf(drawn['preview'], router.root);
  const isHere = preview !== undefined && new URL(preview).origin === router.root.origin;
  if (original === undefined) return null;
  return (
    <a href={original} target="_blank" rel="noreferrer" title={t('images.original')}>
      {isHere ? (
        <img src={preview} alt={title} width={width} height={height} loading="lazy" />
      ) : (
        t('images.original')
      )}
    </a>
  );
}

/** A path is one of the server's own web address. */
function addressOf(file: unknown, root: URL): string | undefined {
  const url = isRecord(file) ? textOf(file['url']) : '';
  if (url.startsWith('/')) return new URL(url.slice(1), root).href;
  return /^https?:\/\//.test(url) ? url : undefined;
}
