/**
 * [F-3] in docs/protocol.md.
 * The input of an operation that comes as a file: its JSON is the input, with what the request itself names.
 */
import { isUtf8 } from 'node:buffer';
import { HiloError } from '../../shared/errors.ts';
import { excessOf, type JsonShapeLimits } from '../../shared/json-shape.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import type { UploadStore } from '../uploads/upload-store.ts';

/** A long conversation with tools has many more members than a line may have. */
export const FILE_INPUT_LIMITS = { membersMax: 65_536 } as const;

export interface FileInput {
  readonly input: unknown;
  readonly release: () => void;
}

export interface FileInputOptions {
  readonly uploads: Pick<UploadStore, 'take'>;
  readonly limits: Pick<JsonShapeLimits, 'jsonDepthMax'>;
}

/** The name of the file; undefined when the input names none. */
export function fileIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('file' in input)) return undefined;
  return typeof input.file === 'string' ? input.file : undefined;
}

interface Asked {
  readonly owner: string;
  readonly file: string;
  readonly locale: Locale;
}

/** Rejects with what `UploadStore.take` does, and `invalid_params`. */
export async function readFileInput(
  { uploads, limits }: FileInputOptions,
  given: unknown,
  { owner, file, locale }: Asked,
): Promise<FileInput> {
  const { content, release } = await uploads.take(owner, file);
  const fault = (key: keyof typeof DETAILS) =>
    new HiloError('invalid_params', { values: { detail: DETAILS[key][locale], param: 'file' } });
  try {
    if (!isUtf8(content)) throw fault('text');
    const shape = { jsonDepthMax: limits.jsonDepthMax, jsonMembersMax: FILE_INPUT_LIMITS.membersMax };
    const members = parse(content.toString('utf8'), shape, fault);
    const { file: _, ...rest } = given as { file: unknown };
    if (Object.keys(rest).some((name) => Object.hasOwn(members, name))) throw fault('twice');
    return { input: { ...members, ...rest }, release };
  } catch (error) {
    release();
    throw error;
  }
}

function parse(
  text: string,
  limits: JsonShapeLimits,
  fault: (key: keyof typeof DETAILS) => HiloError,
): object {
  if (excessOf(text, limits)) throw fault('shape');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fault('json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault('json');
  return value;
}

const DETAILS = {
  text: { en: 'the file is not UTF-8 text', es: 'el archivo no es texto UTF-8' },
  json: { en: 'the file must be a JSON object', es: 'el archivo debe ser un objeto JSON' },
  shape: {
    en: 'the file is nested too deeply, or has too many members',
    es: 'el archivo está anidado con demasiada profundidad, o tiene demasiados miembros',
  },
  twice: {
    en: 'a member is both in the request and in the file',
    es: 'un miembro está a la vez en la petición y en el archivo',
  },
} as const satisfies Record<string, Localised>;
