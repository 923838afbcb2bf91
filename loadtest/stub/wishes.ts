/** What a chat request wants beside an answer to its text; the same for both protocols. */
import { isObject } from './is-object.ts';

export interface StubCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Wishes {
  /** Tools that the answer calls, in place of text. */
  readonly calls: readonly StubCall[];
  /** The whole answer, where a form is asked for. */
  readonly answer: string | undefined;
  readonly thinks: boolean;
}

export interface Asked {
  readonly text: string;
  readonly tools: unknown;
  /** OpenAI's `tool_choice`. */
  readonly choice?: unknown;
  /** `json_object`, or a JSON Schema; nothing for text. */
  readonly format: 'json_object' | Readonly<Record<string, unknown>> | undefined;
  readonly thinks: boolean;
  /** The last message has what a tool gave. */
  readonly isAfterTool: boolean;
}

/**
 * `call NAME …` in the last message of the user calls the tools of these names; a choice calls the one that
 * is chosen, or the first.
 */
export function wishesOf({ text, tools, choice, format, thinks, isAfterTool }: Asked): Wishes {
  const names = toolNames(tools);
  const calls = isAfterTool ? [] : calledNames(text, names, choice);
  return {
    calls: calls.map((name) => ({ name, arguments: { text } })),
    answer: format === undefined ? undefined : JSON.stringify(formed(text, format)),
    thinks,
  };
}

function toolNames(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return (tools as unknown[]).flatMap((tool) => {
    const called: unknown = isObject(tool) ? tool['function'] : undefined;
    return isObject(called) && typeof called['name'] === 'string' ? [called['name']] : [];
  });
}

function calledNames(text: string, names: readonly string[], choice: unknown): string[] {
  if (choice === 'none') return [];
  if (choice === 'required') return names.slice(0, 1);
  const chosen: unknown = isObject(choice) ? choice['function'] : undefined;
  if (isObject(chosen)) return names.filter((name) => name === chosen['name']);
  const [first, ...words] = text.split(/\s+/u);
  return first === 'call' ? names.filter((name) => words.includes(name)) : [];
}

function formed(text: string, format: NonNullable<Asked['format']>): unknown {
  if (format === 'json_object') return { text };
  return valueFor(text, format);
}

/** The least value that a schema of everyday kind takes. */
function valueFor(text: string, schema: unknown): unknown {
  if (!isObject(schema)) return text;
  const { enum: choices, type, properties } = schema;
  if (Array.isArray(choices)) return (choices as unknown[])[0];
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(isObject(properties) ? properties : {}).map(([name, each]) => [
          name,
          valueFor(text, each),
        ]),
      );
    case 'array':
      return [valueFor(text, schema['items'])];
    case 'integer':
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return text;
  }
}
