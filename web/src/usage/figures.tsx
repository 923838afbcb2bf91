/** The figures above the pictures: each with its change, and what is left. */
import { dateText } from '../ui/i18n.ts';
import { daysLeft, type Question } from './question.ts';
import type { Overview, UsageData } from './usage-data.ts';
import {
  bytesText,
  msText,
  numberText,
  percentText,
  usdText,
  useLanguage,
  type UsageLanguage,
} from './usage-texts.ts';

type Totals = Overview['totals'];

export function Figures({ overview }: { readonly overview: Overview }) {
  const language = useLanguage();
  const { locale, t } = language;
  const { totals, previous, services } = overview;
  const change = (of: (one: Totals) => number | undefined) => changeText(of(totals), of(previous), language);
  const tokens = (one: Totals) => one.inputTokens + one.outputTokens;
  const bytes = (one: Totals) => one.inputBytes + one.outputBytes;
  const figures = [
    [t('usage.requests'), numberText(locale, totals.requests), change(({ requests }) => requests)],
    [t('usage.tokens'), numberText(locale, tokens(totals)), change(tokens)],
    [t('usage.credits'), numberText(locale, totals.credits), change(({ credits }) => credits)],
    ...(totals.usd > 0 ? [[t('usage.usd'), usdText(locale, totals.usd), change(({ usd }) => usd)]] : []),
    [t('usage.latency'), msText(locale, totals.p50Ms), change(({ p50Ms }) => p50Ms)],
    [t('usage.errorRate'), percentText(locale, totals.errorRate), change(({ errorRate }) => errorRate)],
    [t('usage.services'), numberText(locale, services), ''],
    [t('usage.bytes'), bytesText(locale, bytes(totals)), change(bytes)],
  ];
  return (
    <dl class="usage-figures">
      {figures.map(([name, value, than]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="usage-value">{value}</dd>
          <dd class="quiet">{than}</dd>
        </div>
      ))}
    </dl>
  );
}

export function WhatIsLeft({ data, question }: { readonly data: UsageData; readonly question: Question }) {
  const language = useLanguage();
  const { locale, t } = language;
  const { balance, overview } = data;
  if (balance === undefined) return null;
  const days = Number.parseInt(question.period, 10);
  const left = daysLeft(balance, overview.totals.credits, days);
  return (
    <section class="usage-left" aria-labelledby="usage-left">
      <h3 id="usage-left">{t('usage.left')}</h3>
      <p>
        {t('usage.balance', { amount: numberText(locale, balance) })} {lastsText(left, language)}
      </p>
    </section>
  );
}

const DAY_MS = 86_400_000;
const LONG_DAYS = 730;

function lastsText(days: number | undefined, { locale, t }: UsageLanguage): string {
  if (days === undefined) return t('usage.lastsAlways');
  if (days > LONG_DAYS) return t('usage.lastsLong');
  return t('usage.lasts', { date: dateText(locale, Date.now() + days * DAY_MS) });
}

/** In proportion to the period before; said in words, since a colour would judge. */
function changeText(now = 0, before = 0, { locale, t }: UsageLanguage): string {
  if (before === 0) return now === 0 ? t('usage.same') : t('usage.nothingBefore');
  const share = (now - before) / before;
  if (Math.abs(share) < 0.005) return t('usage.same');
  const percent = percentText(locale, Math.round(Math.abs(share) * 100) / 100);
  return t(share > 0 ? 'usage.more' : 'usage.less', { percent });
}
