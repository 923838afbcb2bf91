/** What programs need to use this server, ready to be copied. */

export interface ExampleInput {
  /** Of this server, without a slash at its end. */
  readonly base: string;
  readonly key: string;
  readonly model: string;
}

export const PROGRAMS = ['curl', 'js', 'python', 'claude', 'codex', 'vscode', 'ollama'] as const;
export type Program = (typeof PROGRAMS)[number];

export type Place = 'terminal' | 'code' | 'file' | 'setting';

export interface Snippet {
  readonly place: Place;
  /** Of a file. */
  readonly file?: string;
  readonly text: string;
}

/** Stands where a key will be. */
export const NO_KEY = 'YOUR_KEY';
/** What can stand in a shell, an address and a program as it is. */
const SAFE_KEY = /^[\w.~-]{1,4000}$/;

export function isKey(text: string): boolean {
  return SAFE_KEY.test(text);
}

export function snippetsFor(program: Program, input: ExampleInput): readonly Snippet[] {
  return SNIPPETS[program](input);
}

const SNIPPETS: Readonly<Record<Program, (input: ExampleInput) => readonly Snippet[]>> = {
  curl: ({ base, key, model }) => [
    {
      place: 'terminal',
      text: `curl -sS ${base}/v1/chat/completions \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
    },
  ],
  js: ({ base, key, model }) => [
    { place: 'terminal', text: 'npm install openai' },
    {
      place: 'file',
      file: 'hello.mjs',
      text: `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${base}/v1',
  apiKey: '${key}',
});
const stream = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
});
for await (const { choices } of stream) {
  process.stdout.write(choices[0]?.delta.content ?? '');
}`,
    },
  ],
  python: ({ base, key, model }) => [
    { place: 'terminal', text: 'pip install openai' },
    {
      place: 'file',
      file: 'hello.py',
      text: `from openai import OpenAI

client = OpenAI(
    base_url="${base}/v1",
    api_key="${key}",
)
completion = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(completion.choices[0].message.content)`,
    },
  ],
  claude: ({ base, key, model }) => [
    {
      place: 'terminal',
      text: `export ANTHROPIC_BASE_URL=${base}
export ANTHROPIC_AUTH_TOKEN=${key}
export ANTHROPIC_API_KEY=
export ANTHROPIC_MODEL=${model}
export ANTHROPIC_DEFAULT_HAIKU_MODEL=${model}
claude`,
    },
  ],
  codex: ({ base, key, model }) => [
    {
      place: 'file',
      file: '~/.codex/config.toml',
      text: `model = "${model}"
model_provider = "hilo"
web_search = "disabled"

[model_providers.hilo]
name = "Hilo"
base_url = "${base}/v1"
env_key = "HILO_KEY"
wire_api = "responses"
stream_idle_timeout_ms = 600000`,
    },
    { place: 'terminal', text: `export HILO_KEY=${key}\ncodex` },
  ],
  vscode: ({ base, key }) => [{ place: 'setting', text: `${base}/k/${key}` }],
  ollama: ({ base, key, model }) => [
    { place: 'setting', text: `${base}/k/${key}` },
    { place: 'terminal', text: `OLLAMA_HOST=${base}/k/${key} ollama run ${model}` },
    {
      place: 'code',
      text: `import { Ollama } from 'ollama';

const ollama = new Ollama({
  host: '${base}',
  headers: { Authorization: 'Bearer ${key}' },
});
const { message } = await ollama.chat({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(message.content);`,
    },
  ],
};
