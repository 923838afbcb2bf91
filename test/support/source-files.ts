/**
 * The files of the project as its rules see them: paths from the root, texts, and syntax trees of the
 * sources.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** What is installed, built, or written while running; nothing of it is kept in the repository. */
const GENERATED_FOLDERS = ['node_modules', 'dist', 'data', 'reports', 'coverage'];
/** Hidden folders that belong to the project. */
const HIDDEN_FOLDERS = ['.ci', '.github'];

export interface ProjectFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

export type SyntaxNode = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly start: number;
  readonly end: number;
};

export interface Source extends ProjectFile {
  readonly program: SyntaxNode;
  readonly comments: readonly { readonly value: string; readonly start: number }[];
}

/** Every file of the project, sorted by path; pictures and the like are not among them. */
export function projectFiles(): ProjectFile[] {
  return pathsBelow(ROOT)
    .filter((path) => !/\.(?:png|ico|woff2|gz|br|log)$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Every TypeScript file of the project, parsed. Throws when one cannot be. */
export function sources(): Source[] {
  return projectFiles()
    .filter(({ path }) => /\.tsx?$/.test(path))
    .map(parsed);
}

/** Throws when it cannot be parsed. */
export function parsed(file: ProjectFile): Source {
  const { program, comments, errors } = parseSync(file.path, file.text);
  if (errors.length > 0) throw new Error(`${file.path} cannot be parsed: ${errors[0]?.message}`);
  return { ...file, program: program as unknown as SyntaxNode, comments };
}

export function lineOf({ text }: ProjectFile, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The node and everything below it, parents first. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode, void, undefined> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) yield* walk(child);
    }
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name === '.env' ? [] : [relative(ROOT, path)];
    const isHidden = entry.name.startsWith('.') && !HIDDEN_FOLDERS.includes(entry.name);
    return isHidden || GENERATED_FOLDERS.includes(entry.name) ? [] : pathsBelow(path);
  });
}
