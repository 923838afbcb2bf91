/**
 * The small faults that a source can be given, one at a time: what a slip of the hand would leave. A source
 * is parsed as TypeScript, so that places and texts are those that its author sees.
 */
import { isNode, lineOf, type Source, type SyntaxNode } from '../support/source-files.ts';

export type FaultKind =
  | 'condition'
  | 'comparison'
  | 'arithmetic'
  | 'statement removed'
  | 'await removed'
  | 'constant'
  | 'return emptied'
  | 'jump removed'
  | 'logic cut'
  | 'other end'
  | 'spread removed';

interface Change {
  readonly kind: FaultKind;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

export interface Fault extends Change {
  readonly line: number;
  /** The change in one line. */
  readonly shown: string;
  /** Stays the same when other lines change: the function, what stands there, and what takes its place. */
  readonly key: string;
}

interface Place {
  readonly node: SyntaxNode;
  /** From the root down to the parent of `node`. */
  readonly parents: readonly SyntaxNode[];
  readonly text: string;
}

const SHOWN_CHARACTERS_MAX = 70;
/** Up to here a constant counts something; above, it is a size or a time. */
const SMALL_NUMBER_MAX = 16;

const SHIFTED: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
};
const SWAPPED: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '++': '--',
  '--': '++',
};
const OTHER_END: Readonly<Record<string, string>> = {
  push: 'unshift',
  unshift: 'push',
  pop: 'shift',
  shift: 'pop',
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
  find: 'findLast',
  findLast: 'find',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  floor: 'ceil',
  ceil: 'floor',
};
/** What stands around an expression only for the compiler. */
const TYPE_WRAPPERS = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'];
const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

const CHANGES: Readonly<Record<string, (place: Place) => Change[]>> = {
  IfStatement: conditionChanges,
  ConditionalExpression: conditionChanges,
  WhileStatement: conditionChanges,
  DoWhileStatement: conditionChanges,
  ForStatement: conditionChanges,
  UnaryExpression: negationChanges,
  BinaryExpression: binaryChanges,
  AssignmentExpression: assignmentChanges,
  UpdateExpression: assignmentChanges,
  LogicalExpression: logicChanges,
  ExpressionStatement: statementChanges,
  ThrowStatement: statementChanges,
  AwaitExpression: awaitChanges,
  Literal: constantChanges,
  ReturnStatement: returnChanges,
  ArrowFunctionExpression: arrowChanges,
  ContinueStatement: jumpChanges,
  BreakStatement: jumpChanges,
  CallExpression: otherEndChanges,
  SpreadElement: spreadChanges,
};

/** All faults of a source, in the order of their places. */
export function faultsOf(source: Source): Fault[] {
  const changes = [...places(source.program, [], source.text)].flatMap((place) =>
    (CHANGES[place.node.type]?.(place) ?? []).map((change) => ({ change, place })),
  );
  const seen = new Map<string, number>();
  return changes.map(({ change, place }) => {
    const before = oneLine(source.text.slice(change.start, change.end));
    const shown = `${cut(before)} → ${cut(oneLine(change.replacement) || 'nothing')}`;
    const key = `${functionName(place)}: ${before} → ${oneLine(change.replacement)}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return {
      ...change,
      line: lineOf(source, change.start),
      shown,
      key: count === 1 ? key : `${key} (${count})`,
    };
  });
}

export function withFault(text: string, { start, end, replacement }: Fault): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function* places(node: SyntaxNode, parents: readonly SyntaxNode[], text: string): Generator<Place> {
  if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return;
  if (TYPE_WRAPPERS.includes(node.type)) {
    if (isNode(node['expression'])) yield* places(node['expression'], parents, text);
    return;
  }
  if (node.type.startsWith('TS') && node.type !== 'TSParameterProperty') return;
  yield { node, parents, text };
  const below = [...parents, node];
  for (const [name, value] of Object.entries(node)) {
    if (isPassedOver(node, name)) continue;
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) yield* places(child, below, text);
    }
  }
}

/** Names of members, and where an export comes from. */
function isPassedOver(node: SyntaxNode, name: string): boolean {
  if (name === 'key') return node['computed'] !== true;
  return name === 'source' && node.type === 'ExportNamedDeclaration';
}

function conditionChanges({ node, text }: Place): Change[] {
  const test = node['test'];
  if (!isNode(test)) return [];
  const isLoop = !['IfStatement', 'ConditionalExpression'].includes(node.type);
  const forced = isLoop ? ['false'] : ['true', 'false'];
  return [negated(test, text), ...forced]
    .filter((replacement) => replacement !== text.slice(test.start, test.end))
    .map((replacement) => change('condition', test, replacement));
}

function negated(test: SyntaxNode, text: string): string {
  const argument = test['argument'];
  if (test.type === 'UnaryExpression' && test['operator'] === '!' && isNode(argument)) {
    return sourceText(argument, text);
  }
  return `!(${sourceText(test, text)})`;
}

/** A whole condition is negated by its statement. */
function negationChanges({ node, parents, text }: Place): Change[] {
  const argument = node['argument'];
  if (node['operator'] !== '!' || !isNode(argument) || isCondition(node, parents)) return [];
  return [change('condition', node, sourceText(argument, text))];
}

function binaryChanges({ node, parents, text }: Place): Change[] {
  const operator = String(node['operator']);
  const isEquality = operator === '===' || operator === '!==';
  const shifted = isEquality && isCondition(node, parents) ? undefined : SHIFTED[operator];
  if (shifted !== undefined) return [operatorChange('comparison', node, shifted, text)];
  const swapped = SWAPPED[operator];
  const isOfTexts = operator === '+' && [node['left'], node['right']].some(isText);
  return swapped === undefined || isOfTexts ? [] : [operatorChange('arithmetic', node, swapped, text)];
}

function assignmentChanges({ node, text }: Place): Change[] {
  const operator = String(node['operator']);
  const swapped = SWAPPED[operator];
  if (swapped === undefined || isText(node['right'])) return [];
  if (node.type === 'AssignmentExpression') return [operatorChange('arithmetic', node, swapped, text)];
  const argument = node['argument'];
  if (!isNode(argument)) return [];
  const name = sourceText(argument, text);
  return [change('arithmetic', node, node['prefix'] === true ? swapped + name : name + swapped)];
}

function logicChanges({ node, text }: Place): Change[] {
  const sides = [node['left'], node['right']].filter(isNode);
  return sides.map((side) => change('logic cut', node, `(${sourceText(side, text)})`));
}

function statementChanges({ node, text }: Place): Change[] {
  const isOfLanguage = typeof node['directive'] === 'string' || sourceText(node, text).startsWith('super(');
  return isOfLanguage ? [] : [change('statement removed', node, ';')];
}

function awaitChanges({ node, text }: Place): Change[] {
  const argument = node['argument'];
  return isNode(argument) ? [change('await removed', node, `(${sourceText(argument, text)})`)] : [];
}

function constantChanges({ node }: Place): Change[] {
  const { value } = node;
  if (typeof value === 'boolean') return [change('constant', node, String(!value))];
  if (typeof value === 'number') return [change('constant', node, String(otherNumber(value)))];
  if (typeof value === 'bigint') return [change('constant', node, `${value + 1n}n`)];
  // Other texts are for people: what they say is not for a test.
  const isName = typeof value === 'string' && /^[a-z][\w:-]*$/i.test(value);
  return isName ? [change('constant', node, `'changed'`)] : [];
}

function otherNumber(value: number): number {
  if (value === 1) return 0;
  return value > SMALL_NUMBER_MAX ? value * 2 : value + 1;
}

function returnChanges({ node, text }: Place): Change[] {
  const argument = node['argument'];
  if (!isNode(argument)) return [change('jump removed', node, ';')];
  // For most callers, nothing and `false` are the same.
  const isEmpty = ['undefined', 'false'].includes(sourceText(argument, text));
  return isEmpty ? [] : [change('return emptied', node, 'return;')];
}

function arrowChanges({ node, text }: Place): Change[] {
  const body = node['body'];
  if (!isNode(body) || body.type === 'BlockStatement' || sourceText(body, text) === 'undefined') return [];
  // The parentheses around an object belong to it.
  const start = text.lastIndexOf('=>', body.start) + '=>'.length;
  const end = node.end;
  return [{ kind: 'return emptied', start, end, replacement: ' undefined' }];
}

function jumpChanges({ node }: Place): Change[] {
  return [change('jump removed', node, ';')];
}

function otherEndChanges({ node }: Place): Change[] {
  const callee = node['callee'];
  if (!isNode(callee) || callee.type !== 'MemberExpression' || callee['computed'] === true) return [];
  const property = callee['property'];
  if (!isNode(property)) return [];
  const name = String(property['name']);
  const other = Object.hasOwn(OTHER_END, name) ? OTHER_END[name] : undefined;
  return other === undefined ? [] : [change('other end', property, other)];
}

function spreadChanges({ node, parents }: Place): Change[] {
  return [change('spread removed', node, parents.at(-1)?.type === 'ObjectExpression' ? '...{}' : '...[]')];
}

function isCondition(node: SyntaxNode, parents: readonly SyntaxNode[]): boolean {
  return parents.at(-1)?.['test'] === node;
}

function isText(node: unknown): boolean {
  if (!isNode(node)) return false;
  return node.type === 'TemplateLiteral' || typeof node['value'] === 'string';
}

function operatorChange(kind: FaultKind, node: SyntaxNode, operator: string, text: string): Change {
  const [left, right] = [node['left'], node['right']];
  if (!isNode(left) || !isNode(right)) throw new Error(`${node.type} without two sides`);
  const between = text.slice(left.end, right.start).replace(String(node['operator']), operator);
  return change(kind, node, sourceText(left, text) + between + sourceText(right, text));
}

function change(kind: FaultKind, { start, end }: SyntaxNode, replacement: string): Change {
  return { kind, start, end, replacement };
}

function sourceText({ start, end }: SyntaxNode, text: string): string {
  return text.slice(start, end);
}

/** Of the innermost function that has one, with its class. */
function functionName({ node, parents, text }: Place): string {
  const chain = [...parents, node];
  const names = chain.flatMap((each, index) => {
    if (each.type === 'ClassDeclaration' || FUNCTIONS.includes(each.type)) {
      const parent = chain[index - 1];
      const id = each['id'] ?? (parent === undefined ? undefined : (parent['key'] ?? parent['id']));
      return isNode(id) ? [sourceText(id, text)] : [];
    }
    return [];
  });
  return names.join('.') || 'top';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function cut(text: string): string {
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
}
