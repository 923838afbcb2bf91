/** What every operation of the table must have. */
import type { Operation } from '../../shared/define-operation.ts';

export interface OperationParts {
  readonly operations: readonly Pick<Operation, 'name' | 'access' | 'examples'>[];
  /** By the operation's name. */
  readonly handlers: Readonly<Record<string, unknown>>;
  /** By the operation's name: what the tests expect. */
  readonly access: Readonly<Record<string, Operation['access']>>;
}

/** One line for each fault. */
export function operationFaults({ operations, handlers, access }: OperationParts): string[] {
  const names = new Set(operations.map(({ name }) => name));
  const unknown = [...Object.keys(handlers), ...Object.keys(access)].filter((name) => !names.has(name));
  return [
    ...operations.flatMap((operation) => faultsOf(operation, { handlers, access })),
    ...unknown.map((name) => `${name}: no such operation`),
  ];
}

function faultsOf(
  { name, access: needed, examples }: OperationParts['operations'][number],
  { handlers, access }: Pick<OperationParts, 'handlers' | 'access'>,
): string[] {
  const faults: string[] = [];
  if (typeof handlers[name] !== 'function') faults.push(`${name}: no handler`);
  if (examples.length === 0) faults.push(`${name}: no example`);
  if (access[name] === undefined) faults.push(`${name}: no access test`);
  else if (access[name] !== needed) faults.push(`${name}: its access is ${needed}, not ${access[name]}`);
  return faults;
}
