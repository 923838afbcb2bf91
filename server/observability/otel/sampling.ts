/** Whether a trace is sent, by the standard names of OpenTelemetry. Decided once, when it begins. */
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { TraceParent } from '../../../shared/traceparent.ts';
import type { SamplerName } from '../../config/telemetry-settings.ts';

export type Decide = (traceId: string, name: string, parent: TraceParent | undefined) => boolean;

export function samplingOf(name: SamplerName, ratio: number): Decide {
  const sampler = samplerOf(name, ratio);
  return (traceId, span, parent) => {
    const traceFlags = parent?.isSampled === true ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const context = parent
      ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags, isRemote: true })
      : ROOT_CONTEXT;
    const { decision } = sampler.shouldSample(context, traceId, span, SpanKind.SERVER, {}, []);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  };
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  const root = name.replace('parentbased_', '');
  const sampler = rootSampler(root, ratio);
  return root === name ? sampler : new ParentBasedSampler({ root: sampler });
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}
