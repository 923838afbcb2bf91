/** On what something was measured. */
import { cpus, release, totalmem, type } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly system: string;
}

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? 'unknown processor',
    cores: processors.length,
    memoryBytes: totalmem(),
    node: process.versions.node,
    system: `${type()} ${release()}`,
  };
}

export function describeMachine({ cpu, cores, memoryBytes, system, node }: Machine): string {
  const gibibytes = Math.round(memoryBytes / 2 ** 30);
  return [`${cpu}, ${cores} cores, ${gibibytes} GiB`, system, `Node ${node}`].join(' · ');
}
