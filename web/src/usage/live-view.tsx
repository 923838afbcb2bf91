import { useEffect, useState } from 'preact/hooks';
import { numberOf, type Params } from '../../../shared/client/message.ts';
import { useShell } from '../ui/shell.ts';
import { numberText, useLanguage } from './usage-texts.ts';

const EVERY_MS = 2_000;
const FIGURES = ['sessions', 'connections', 'inFlight', 'waiting'] as const;

/** How busy the server is at this moment; asked again as long as it is seen. */
export function LiveView() {
  const { line } = useShell();
  const { locale, t } = useLanguage();
  const [stats, setStats] = useState<Params | undefined>(undefined);
  const isReady = line.state.value.name === 'ready';
  useEffect(() => {
    if (!isReady) return undefined;
    let isWanted = true;
    const read = async () => {
      if (document.hidden) return;
      const answer = await line.ask('server.stats', {});
      if (isWanted && answer.ok) setStats(answer.result);
    };
    void read();
    const timer = setInterval(() => void read(), EVERY_MS);
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [isReady]);
  if (!stats) return null;
  return (
    <section aria-labelledby="usage-live">
      <h3 id="usage-live">{t('usage.live')}</h3>
      <dl class="usage-figures">
        {FIGURES.map((name) => (
          <div key={name}>
            <dt>{t(`usage.live.${name}`)}</dt>
            <dd class="usage-value">{numberText(locale, numberOf(stats[name]))}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
