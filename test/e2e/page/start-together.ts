import type { RealStack } from './real-stack.ts';

/**
 * Waits for both. When one has failed, the other is ended at once: it would keep the process of the tests,
 * which end without having it.
 */
export async function startTogether<Browser extends { close(): Promise<void> }>(
  starting: Promise<RealStack>,
  launching: Promise<Browser>,
): Promise<[RealStack, Browser]> {
  const [stack, browser] = await Promise.allSettled([starting, launching]);
  if (stack.status === 'fulfilled' && browser.status === 'fulfilled') return [stack.value, browser.value];
  if (stack.status === 'fulfilled') await stack.value.stop();
  if (browser.status === 'fulfilled') await browser.value.close();
  throw stack.status === 'rejected' ? stack.reason : (browser as PromiseRejectedResult).reason;
}
