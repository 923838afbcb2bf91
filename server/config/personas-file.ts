/** The file of `PERSONAS_FILE`: the personas that people may choose for a conversation. */
import { z } from 'zod';
import { ROUTE_ACCESS } from '../../shared/model-route.ts';
import { ModelName } from '../../shared/operations/common.ts';

export const PERSONAS_FILE_LIMITS = { personasMax: 100, nameMax: 60, instructionsMax: 8_000 } as const;

const Name = z.string().trim().min(1).max(PERSONAS_FILE_LIMITS.nameMax);

const Persona = z.strictObject({
  id: z
    .string()
    .max(60)
    .regex(/^[a-z\d]+(?:-[a-z\d]+)*$/, 'letters in lower case, digits and hyphens'),
  name: z.strictObject({ en: Name, es: Name }),
  /** What the model is told, after the system prompt. */
  instructions: z.string().trim().min(1).max(PERSONAS_FILE_LIMITS.instructionsMax),
  /** For conversations that have no route of their own. */
  route: ModelName.optional(),
  /** Who may choose it. */
  access: z.enum(ROUTE_ACCESS).default('everyone'),
});

const PersonasFileSchema = z
  .strictObject({ personas: z.array(Persona).max(PERSONAS_FILE_LIMITS.personasMax) })
  .superRefine(({ personas }, context) => {
    const ids = personas.map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) === index) continue;
      context.addIssue({
        code: 'custom',
        path: ['personas', index, 'id'],
        message: `"${id}" is there twice`,
      });
    }
  });

export type Persona = Readonly<z.output<typeof Persona>>;

export interface PersonasFault {
  /** Such as `personas[2].name.es`. */
  readonly path: string;
  readonly message: string;
}

/** The personas, or all faults of the file. */
export function readPersonasFile(
  text: string,
): { readonly personas: readonly Persona[] } | readonly PersonasFault[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return [{ path: '', message: `not JSON (${(error as Error).message})` }];
  }
  const result = PersonasFileSchema.safeParse(json);
  if (result.success) return result.data;
  return result.error.issues.map(({ path, message }) => ({ path: pathText(path), message }));
}

function pathText(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return parts.join('').replace(/^\./, '');
}
