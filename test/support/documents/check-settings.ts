/** Blocks of settings and of files: they are put where the server reads them, and it starts with them. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GATEWAY_VARIABLES, readGatewayConfig } from '../../../gateway/config.ts';
import { readServerConfig, SERVER_VARIABLES } from '../../../server/config/config.ts';
import { parseEnvironment } from '../../../shared/environment-file.ts';
import { PATH_VARIABLES } from '../../../shared/process-settings.ts';
import type { Block } from './blocks.ts';
import type { House } from './house.ts';

/** Variables that a page may set besides those of the schemas: a key, for example, that MODELS_FILE names. */
const OTHER = /_KEY$/;

/** What a `.env` in a page sets. */
export function settingsIn(block: Block, house: Pick<House, 'substitute'>): Record<string, string> {
  const settings = parseEnvironment(house.substitute(block.text));
  const known = [...SERVER_VARIABLES, ...GATEWAY_VARIABLES];
  for (const name of Object.keys(settings)) {
    assert.ok(known.includes(name) || OTHER.test(name), `${block.place}: ${name} is not a setting`);
  }
  return settings;
}

export async function applySettings(block: Block, house: House): Promise<void> {
  const settings = { ...settingsIn(block, house) };
  for (const name of PATH_VARIABLES) {
    if (settings[name] !== undefined) settings[name] = resolve(house.places.checkout, settings[name]);
  }
  readServerConfig({ ...house.settings, ...settings });
  readGatewayConfig({ ...house.settings, ...settings });
  await house.set(settings);
}

/** A file beside the server; if a setting names it, the server uses it from now on. */
export async function placeFile(block: Block, house: House): Promise<void> {
  const setting = block.directives.get('file of');
  const name = block.directives.get('file') ?? `${setting?.toLowerCase()}.${block.language}`;
  const path = join(house.places.checkout, house.substitute(name));
  await writeFile(path, house.substitute(block.text));
  if (setting === undefined) return;
  assert.ok(SERVER_VARIABLES.includes(setting), `${block.place}: ${setting} is not a setting`);
  await house.set({ [setting]: path });
  await house.start();
}

const CODEX = /^model = "(.*)"\n[^]*^base_url = "(.*)"\nenv_key = "(.*)"\nwire_api = "responses"$/m;
const TOML_LINE = /^(?:|\[[\w.]+\]|\w+ = (?:"[^"]*"|\d+|true|false))$/;

/** The configuration of Codex: it asks this address with this key for an answer. */
export async function askAsCodex(block: Block, house: House): Promise<void> {
  const text = house.substitute(block.text);
  for (const line of text.split('\n')) assert.match(line, TOML_LINE, block.place);
  const [, model = '', baseUrl = '', keyVariable = ''] = CODEX.exec(text) ?? [];
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${house.environment[keyVariable] ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ model, input: 'hello', stream: true }),
  });
  assert.match(await response.text(), /^event: response\.completed$/m, block.place);
}
