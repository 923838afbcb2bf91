/** What is checked before a handler runs: the operation exists, its caller may use it, its input fits. */
import { HiloError } from '../../shared/errors.ts';
import type { InputOf, Operation } from '../../shared/define-operation.ts';
import type { Locale } from '../../shared/locale.ts';
import { OPERATIONS, type OperationName, type Operations } from '../../shared/operations/index.ts';
import { truncate } from '../../shared/truncate.ts';
import { mayUse } from '../identity/access.ts';
import type { Principal } from '../identity/principal.ts';
import type { Call } from './call.ts';
import { faultsIn, inputFault } from './input-faults.ts';

/**
 * What must hold before an operation runs, and before a person is asked for its secrets, which may be
 * missing from the input then. Each throws the error by which the operation is refused.
 */
export type Preconditions = {
  readonly [Name in OperationName]?: (
    input: Partial<InputOf<Operations[Name]>>,
    call: Call,
  ) => void | Promise<void>;
};

type AnyPrecondition = (input: unknown, call: Call) => void | Promise<void>;

export function preconditionOf(preconditions: Preconditions, name: string): AnyPrecondition | undefined {
  return preconditions[name as OperationName] as AnyPrecondition | undefined;
}

/** Throws `unknown_operation`. */
export function lookUp(name: string): Operation {
  if (!Object.hasOwn(OPERATIONS, name)) {
    throw new HiloError('unknown_operation', { values: { name: truncate(name) } });
  }
  return OPERATIONS[name as OperationName];
}

/** Throws `auth_required`, `auth_expired`, `forbidden`, `key_scope`. */
export function requireAccess(operation: Operation, { access, isExpired, scopes }: Principal): void {
  if (mayUse(access, operation.access)) return requireScope(operation, scopes);
  if (isExpired) throw new HiloError('auth_expired');
  throw new HiloError(access === 'public' || access === 'anonymous' ? 'auth_required' : 'forbidden');
}

/** Of an API key that is bound to scopes. */
function requireScope({ scope }: Operation, scopes: Principal['scopes']): void {
  if (scopes === undefined || scope === 'any') return;
  if (scope === 'account') throw new HiloError('key_not_enough');
  if (!scopes.includes(scope)) throw new HiloError('key_scope', { values: { scope } });
}

/** Strict: members that the schema does not name are refused. [J-6] Throws `invalid_params`. */
export function parseInput(operation: Operation, raw: unknown, locale: Locale): unknown {
  const parsed = operation.input.safeParse(raw, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw inputFault(parsed.error.issues, locale);
}

/** Refuses what the operation would refuse whatever its secrets are. Rejects with its errors. */
export async function checkWithoutSecrets(
  preconditions: Preconditions,
  { name, input }: { readonly name: string; readonly input: Readonly<Record<string, unknown>> },
  call: Call,
): Promise<void> {
  const operation = lookUp(name);
  requireAccess(operation, call.principal);
  const secrets = new Set(operation.text?.secrets?.map((secret) => secret.name));
  const isLeftOut = (member: unknown) => secrets.has(String(member)) && !Object.hasOwn(input, String(member));
  const faults = faultsIn(operation.input, input).filter(({ path }) => !isLeftOut(path[0]));
  if (faults.length > 0) throw inputFault(faults, call.session.locale);
  await preconditionOf(preconditions, name)?.(input, call);
}
