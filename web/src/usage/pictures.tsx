/** The pictures and tables for one question. */
import { Chart, type ChartSeries } from './chart.tsx';
import { DataTable } from './data-table.tsx';
import type { BucketName } from './question.ts';
import type { Timeseries, UsageData } from './usage-data.ts';
import {
  msText,
  numberText,
  percentText,
  serviceText,
  usdText,
  useLanguage,
  type UsageLanguage,
} from './usage-texts.ts';
import { useMemo } from 'preact/hooks';

export function Pictures({ data, bucket }: { readonly data: UsageData; readonly bucket: BucketName }) {
  const language = useLanguage();
  const { locale, t } = language;
  const { services, models, total } = data;
  const { timeZone } = services;
  const byService = useMemo(
    () =>
      seriesOf(
        services,
        ({ requests }) => requests,
        (key) => serviceText(key, language),
      ),
    [services, locale],
  );
  // Of other services only the dollars are known; without a price of the credit, of Hilo's own only credits.
  const { totals, topModels } = data.overview;
  const isUsd = totals.usd > 0 && topModels.every(({ credits, usd }) => credits === 0 || usd > 0);
  const byModel = useMemo(
    () =>
      seriesOf(
        models,
        ({ credits, usd }) => (isUsd ? usd : credits),
        (key) => modelText(key, language),
      ),
    [models, locale],
  );
  const latencies = useMemo(() => percentilesOf(total, language), [total, locale]);
  const timeText = (at: string) => whenText(at, bucket, timeZone, locale);
  const dollars = (value: number | null) => (value === null ? '–' : usdText(locale, value));
  const amount = (value: number | null) => (value === null ? '–' : numberText(locale, value));
  return (
    <>
      <Chart
        title={t('usage.byService')}
        times={services.times}
        series={byService}
        isStacked
        isWhole
        timeText={timeText}
        valueText={amount}
      />
      <Chart
        title={t(isUsd ? 'usage.usdByModel' : 'usage.byModel')}
        times={models.times}
        series={byModel}
        isStacked={false}
        isWhole={!isUsd}
        timeText={timeText}
        valueText={isUsd ? dollars : amount}
      />
      <Chart
        title={t('usage.latencies')}
        times={total.times}
        series={latencies}
        isStacked={false}
        isWhole
        timeText={timeText}
        valueText={(value) => msText(locale, value)}
      />
      <Tables data={data} />
    </>
  );
}

function Tables({ data: { overview, performance } }: { readonly data: UsageData }) {
  const language = useLanguage();
  const { locale, t } = language;
  const { errorKeys, topModels } = overview;
  const number = (value: number) => numberText(locale, value);
  return (
    <>
      {errorKeys.length > 0 && (
        <section>
          <h3>{t('usage.errors')}</h3>
          <DataTable
            caption={t('usage.errors')}
            head={[t('usage.error'), t('usage.requests')]}
            rows={errorKeys.map(({ key, requests }) => [key, number(requests)])}
          />
        </section>
      )}
      <section>
        <h3>{t('usage.models')}</h3>
        <DataTable
          caption={t('usage.models')}
          head={[t('usage.model'), t('usage.requests'), t('usage.tokens'), t('usage.credits')]}
          rows={topModels.map((one) => [
            modelText(one.model, language),
            number(one.requests),
            number(one.inputTokens + one.outputTokens),
            number(one.credits),
          ])}
        />
      </section>
      <section>
        <h3>{t('usage.performance')}</h3>
        <DataTable
          caption={t('usage.performance')}
          head={[
            t('usage.service'),
            t('usage.model'),
            t('usage.requests'),
            t('usage.p50'),
            t('usage.p95'),
            t('usage.p99'),
            t('usage.firstToken'),
            t('usage.errorRate'),
          ]}
          rows={performance.rows.map((row) => [
            serviceText(row.service, language),
            modelText(row.model, language),
            number(row.requests),
            msText(locale, row.p50Ms),
            msText(locale, row.p95Ms),
            msText(locale, row.p99Ms),
            msText(locale, row.firstTokenP50Ms),
            percentText(locale, row.errorRate),
          ])}
        />
      </section>
    </>
  );
}

type OneSeries = Timeseries['series'][number];

function seriesOf(
  { series }: Timeseries,
  valuesOf: (one: OneSeries) => readonly number[],
  labelOf: (key: string) => string,
): ChartSeries[] {
  return series.map((one) => ({ key: one.key, label: labelOf(one.key), values: valuesOf(one) }));
}

function percentilesOf({ series: [all] }: Timeseries, { t }: UsageLanguage): ChartSeries[] {
  return [
    { key: 'p50', label: t('usage.p50'), values: all?.p50Ms ?? [] },
    { key: 'p95', label: t('usage.p95'), values: all?.p95Ms ?? [] },
    { key: 'p99', label: t('usage.p99'), values: all?.p99Ms ?? [] },
  ];
}

function modelText(model: string, { t }: UsageLanguage): string {
  if (model === 'other') return t('usage.other');
  return model === '' ? t('usage.none') : model;
}

function whenText(at: string, bucket: BucketName, timeZone: string, locale: string): string {
  if (at === '') return '';
  const form = {
    hour: { dateStyle: 'medium', timeStyle: 'short' },
    day: { dateStyle: 'medium' },
    month: { month: 'long', year: 'numeric' },
  } as const;
  return new Intl.DateTimeFormat(locale, { ...form[bucket], timeZone }).format(Date.parse(at));
}
