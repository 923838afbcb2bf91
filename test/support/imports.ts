/** What the sources of the project import, as they write it. */
import { dirname, join, normalize } from 'node:path';
import { isNode, lineOf, sources, walk, type Source, type SyntaxNode } from './source-files.ts';

export interface Import {
  readonly source: Source;
  readonly line: number;
  /** As written: a path that begins with a dot, a package, or `node:…`. */
  readonly target: string;
  /** Gone when the types are stripped. */
  readonly isType: boolean;
}

export function importsOfProject(): Import[] {
  return sources().flatMap(importsOf);
}

export function isPath(target: string): boolean {
  return target.startsWith('.');
}

/** Tests, and what only tests use. */
export function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.tsx?$/.test(path);
}

/** The path of what a relative import names. */
export function resolved(from: string, target: string): string {
  return normalize(join(dirname(from), target));
}

function importsOf(source: Source): Import[] {
  return [...walk(source.program)].flatMap((node) => {
    const from = node['source'];
    if (!isNode(from) || typeof from['value'] !== 'string') return [];
    return [{ source, line: lineOf(source, node.start), target: from['value'], isType: isTypeOnly(node) }];
  });
}

/** `import type`, `export type`, `import { type A }`, `import('…').A` in a type. */
function isTypeOnly(node: SyntaxNode): boolean {
  if (node.type === 'TSImportType') return true;
  if (node['importKind'] === 'type' || node['exportKind'] === 'type') return true;
  const named = node['specifiers'];
  if (!Array.isArray(named) || named.length === 0) return false;
  return (named as SyntaxNode[]).every((one) => one['importKind'] === 'type' || one['exportKind'] === 'type');
}
