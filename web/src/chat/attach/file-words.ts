/** What is said of files. */
import { ATTACHMENT_LIMITS } from '../../../../shared/attachments.ts';
import { numberOf, textOf, type Params } from '../../../../shared/client/message.ts';
import { amountText } from '../../ui/i18n.ts';
import type { Language } from '../../ui/shell.ts';
import type { ChatState } from '../chat-state.ts';
import type { AttachTextKey } from './attach-texts.ts';
import { TRAY_LIMITS, type TrayItem, type TrayStore } from './tray-store.ts';

export type AttachLanguage = Language<AttachTextKey>;

const KIB = 1024;
const TYPES = ['pdf', 'docx', 'html', 'text', 'image'] as const;

export function sizeText(bytes: number, { locale, t }: AttachLanguage): string {
  const isLarge = bytes >= KIB * KIB;
  const count = isLarge ? Math.round((bytes / KIB / KIB) * 10) / 10 : Math.ceil(bytes / KIB);
  return t(isLarge ? 'attach.mb' : 'attach.kb', { count: amountText(locale, count) });
}

/** `PDF · 12 pages · only the beginning was sent`; the size while nothing else is known. */
export function factsText(file: Params, language: AttachLanguage): string {
  const { locale, t } = language;
  const type = TYPES.find((one) => one === file['type']);
  // Of a file that another session sends only its name is known at first.
  if (!type) return file['bytes'] === undefined ? '' : sizeText(numberOf(file['bytes']), language);
  const facts = [t(`attach.${type}`)];
  const pages = numberOf(file['pages']);
  if (pages === 1) facts.push(t('attach.page'));
  else if (pages > 1) facts.push(t('attach.pages', { count: amountText(locale, pages) }));
  else facts.push(sizeText(numberOf(file['bytes']), language));
  if (file['truncated'] === true) facts.push(t('attach.cut'));
  return facts.join(' · ');
}

export function trayFaultText(
  fault: NonNullable<TrayStore['fault']['value']>,
  language: AttachLanguage,
): string {
  const { t } = language;
  const { file: name } = fault;
  switch (fault.name) {
    case 'tooMany':
      return t('attach.tooMany', { max: ATTACHMENT_LIMITS.filesMax });
    case 'tooLarge':
      return t('attach.tooLarge', { name, size: sizeText(TRAY_LIMITS.fileBytesMax, language) });
    case 'empty':
      return t('attach.empty', { name });
  }
}

/** Why a file is not at the server; undefined for one that is, or is on its way. */
export function failureOf({ name, state }: TrayItem, language: AttachLanguage): string | undefined {
  if (state.name !== 'failed' || state.failure === 'stopped') return undefined;
  const { t } = language;
  if (state.failure === 'unreadable') return t('attach.unreadable', { name });
  const { reason, values } = state.failure.failure;
  if (reason === 'file_too_large') {
    return t('attach.tooLarge', { name, size: sizeText(numberOf(values['max']), language) });
  }
  const why = reason === 'files_full' ? 'full' : reason === 'too_many_files' ? 'quota' : 'offline';
  return t('attach.failed', { name, why: t(`attach.${why}`) });
}

/** A refusal of the message that is about its files. */
export function refusalText(refusal: ChatState['refusal'], { t }: AttachLanguage): string | undefined {
  if (!refusal) return undefined;
  const { reason, values } = refusal;
  const detail = textOf(values['detail']);
  switch (reason) {
    case 'attachment_refused':
      return t('attach.refused', { name: textOf(values['name']), detail });
    case 'unsupported':
      return t('attach.blind');
    case 'upstream_refused':
      return t('attach.saidNo', { detail });
    case 'files_full':
    case 'documents_busy':
      return t('attach.busy');
    default:
      return undefined;
  }
}
