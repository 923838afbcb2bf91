/**
 * The tools of a request of the Responses API. The internal form knows functions alone: a tool of a namespace
 * gets a name with it, and a custom tool, whose input is a text of any form, becomes a function of one text.
 */
import type { CompletionInput, CompletionTool } from '../../../../shared/operations/completion-shapes.ts';
import { argumentsOf } from '../../answer-parts.ts';
import { unsupported } from '../../read-body.ts';
import type { Responses, ResponsesTool } from './body.ts';

type CallableTool = Omit<ResponsesTool, 'tools'>;

/** How the client knows a tool. */
export interface KnownTool {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly isCustom: boolean;
}

export interface ToolBook {
  readonly tools: readonly CompletionTool[];
  /** By the name in the internal form. */
  readonly known: ReadonlyMap<string, KnownTool>;
}

const NO_SUCH_TOOL = {
  en: 'none of the tools of this request has that name',
  es: 'ninguna herramienta de esta petición tiene ese nombre',
} as const;

/** Of the tools, those that the client runs; what only OpenAI's servers run is left out. */
export function toolBook({ tools = [], input }: Pick<Responses, 'tools' | 'input'>): ToolBook {
  const added = input.flatMap((item) => (item.type === 'additional_tools' ? item.tools : []));
  const named = new Map<string, CompletionTool>();
  const known = new Map<string, KnownTool>();
  const add = (tool: CallableTool, namespace?: string) => {
    const isCustom = tool.type === 'custom';
    if ((!isCustom && tool.type !== 'function') || tool.name === undefined) return;
    const name = innerName(tool.name, namespace);
    named.set(name, isCustom ? customTool(name, tool) : functionTool(name, tool));
    known.set(name, { name: tool.name, namespace, isCustom });
  };
  for (const tool of [...tools, ...added]) {
    if (tool.type !== 'namespace') add(tool);
    else for (const inner of tool.tools ?? []) add(inner, tool.name);
  }
  return { tools: [...named.values()], known };
}

export function innerName(name: string, namespace: string | undefined): string {
  if (namespace === undefined) return name;
  return namespace.endsWith('__') ? `${namespace}${name}` : `${namespace}__${name}`;
}

/** The input of a custom tool as arguments of its function, and back. */
export function customArguments(input: string): string {
  return JSON.stringify({ input });
}

export function customInput(text: string): string {
  const { input } = argumentsOf(text);
  return typeof input === 'string' ? input : text;
}

/** Which tools the model is shown, and which one it must call. */
export function chosenTools(
  { tool_choice: choice, parallel_tool_calls: parallelToolCalls }: Responses,
  { tools, known }: ToolBook,
): Partial<CompletionInput> {
  if (choice === undefined || typeof choice === 'string') {
    if (tools.length === 0 && choice === 'required') throw unsupported('tool_choice', NO_SUCH_TOOL);
    if (tools.length === 0) return {};
    return { tools: [...tools], toolChoice: choice, parallelToolCalls };
  }
  if (choice.type === 'allowed_tools') {
    const names = new Set(choice.tools?.map(({ name }) => name));
    const allowed = tools.filter(({ name }) => names.has(known.get(name)?.name));
    if (allowed.length === 0) throw unsupported('tool_choice.tools', NO_SUCH_TOOL);
    return { tools: allowed, toolChoice: choice.mode, parallelToolCalls };
  }
  const name = innerName(choice.name ?? '', choice.namespace);
  if (!known.has(name)) throw unsupported('tool_choice', NO_SUCH_TOOL);
  return { tools: [...tools], toolChoice: { name }, parallelToolCalls };
}

function functionTool(name: string, { description, parameters, strict }: CallableTool): CompletionTool {
  return { name, description, parameters: parameters ?? { type: 'object', properties: {} }, strict };
}

function customTool(name: string, { description = '', format }: CallableTool): CompletionTool {
  const { syntax = 'plain', definition } = format ?? {};
  const grammar =
    definition === undefined ? '' : `\n\nIts input follows this ${syntax} grammar:\n${definition}`;
  return {
    name,
    description: `${description}${grammar}`,
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole input of the tool' } },
      required: ['input'],
      additionalProperties: false,
    },
  };
}
