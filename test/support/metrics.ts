/** What a server says of itself to Prometheus. */

/**
 * The value of one series, such as `hilo_connections_closed_total{reason="flooding"}`; 0 when it is not
 * there.
 */
export async function metric(metricsPort: number, series: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

/** Asks again and again until the series has the value; for what the server notices in its own time. */
export async function untilMetric(metricsPort: number, series: string, value: number): Promise<void> {
  const endMs = Date.now() + 10_000;
  for (let found = Number.NaN; found !== value; found = await metric(metricsPort, series)) {
    if (Date.now() > endMs) throw new Error(`${series} is ${found}, not ${value}`);
  }
}
