import type { ApiOperation } from './reference.ts';

/** With what operations are tried. */
export interface ReferenceProps {
  readonly apiKey: string | undefined;
  readonly model: string;
}

export interface OperationProps extends ReferenceProps {
  readonly operation: ApiOperation;
}
