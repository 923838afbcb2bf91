/** What the page about use says, and how it writes figures. */
import type { Locale } from '../../../shared/locale.ts';
import type { Texts } from '../ui/i18n.ts';
import { REQUEST_TEXTS, type RequestTextKey } from '../ui/request-texts.ts';
import { useTexts, type Language } from '../ui/shell.ts';
import { USAGE_EN } from './texts/en.ts';
import { USAGE_ES } from './texts/es.ts';

export type UsageTextKey = RequestTextKey | keyof typeof USAGE_EN;
export type UsageLanguage = Language<UsageTextKey>;

const USAGE_TEXTS: Texts<UsageTextKey> = {
  en: { ...REQUEST_TEXTS.en, ...USAGE_EN },
  es: { ...REQUEST_TEXTS.es, ...USAGE_ES },
};

export function useLanguage(): UsageLanguage {
  return useTexts(USAGE_TEXTS);
}

const SERVICES = ['chat', 'summarize', 'image', 'job', 'embedding', 'gateway'] as const;

/** Another service of the operator's is called as it calls itself. */
export function serviceText(service: string, { t }: UsageLanguage): string {
  if (service === 'other') return t('usage.other');
  const known = SERVICES.find((one) => one === service);
  return known ? t(`usage.service.${known}`) : service;
}

export function numberText(locale: Locale, value: number): string {
  const notation = value >= 1_000_000 ? 'compact' : 'standard';
  return new Intl.NumberFormat(locale, { notation, maximumFractionDigits: value < 10 ? 2 : 1 }).format(value);
}

export function percentText(locale: Locale, share: number): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

export function usdText(locale: Locale, usd: number): string {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: 4,
  }).format(usd);
}

export function msText(locale: Locale, ms: number | null | undefined): string {
  if (ms === undefined || ms === null) return '–';
  const isLong = ms >= 1_000;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: isLong ? 1 : 0 });
  return isLong ? `${number.format(ms / 1_000)}\u00A0s` : `${number.format(ms)}\u00A0ms`;
}

export function bytesText(locale: Locale, bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  const power = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return `${number.format(bytes / 1_000 ** power)}\u00A0${units[power] ?? 'B'}`;
}
