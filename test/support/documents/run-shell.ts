/** Blocks of commands: `sh` as a script, `console` command by command with the output that it shows. */
import assert from 'node:assert/strict';
import { Program } from '../program.ts';
import type { Block } from './blocks.ts';
import type { House } from './house.ts';
import { isShown, patternOf, shapeOf } from './shown-output.ts';

export async function runScript(block: Block, house: House): Promise<void> {
  const stays = block.directives.get('stays until');
  const program = start(house, block.text);
  if (stays === undefined) return expectExit(program, block);
  await program.until(new RegExp(RegExp.escape(house.substitute(stays)), 'u'));
  house.keep(program);
}

/** Commands begin with `$ `, or with the name of a machine and `$ `; what follows is their output. */
export async function runConsole(block: Block, house: House): Promise<void> {
  const parts = block.text.split(/^\w*\$ /m);
  assert.equal(parts.shift(), '', `${block.place}: the first line is a command`);
  for (const [index, part] of parts.entries()) {
    const [, command = '', shown = ''] = /^((?:.*\\\n)*.*)\n?([^]*)$/.exec(part) ?? [];
    const program = start(house, command);
    const last = index === parts.length - 1;
    const expected = last ? Number(block.directives.get('exit') ?? 0) : 0;
    const output = await program.rest();
    assert.equal(await program.exit(), expected, `${block.place}: ${command}\n${output}`);
    const documented = house.substitute(shown);
    const form = { isWithNumbers: false };
    const difference = `shows\n${shapeOf(documented, form)}\nbut it is\n${output}`;
    assert.ok(isShown(documented, output, form), `${block.place}: ${command}\n${difference}`);
  }
}

/** A command that somebody types into; each line that is shown has to come before the next one is typed. */
export async function runSession(block: Block, house: House): Promise<void> {
  const [, command = '', shown = ''] = /^\w*\$ (.*)\n([^]*)$/.exec(block.text) ?? [];
  const typed = (block.directives.get('typed') ?? '').split('\n').map((line) => line.trim());
  await using program = start(house, command);
  const lines = house.substitute(shown).trimEnd().split('\n');
  for (const line of lines) {
    if (line === typed[0]) {
      program.type(`${typed.shift()}\n`);
      continue;
    }
    const [, inner = ''] = /^\^(.*)\$$/su.exec(patternOf(line, { isWithNumbers: true }).source) ?? [];
    const flexible = inner
      .replaceAll('‹time›', String.raw`\d{4}-\d\d-\d\d \d\d:\d\d`)
      .replaceAll(/‹\w+›/g, String.raw`[\w+/=-]+`);
    const seen = await program.until(new RegExp(`${flexible}\\n`, 'u')).catch((error: unknown) => {
      throw new Error(`${block.place}: ${line}`, { cause: error });
    });
    assert.match(seen, new RegExp(`^${flexible}\\n$`, 'u'), `${block.place}: more than the page shows`);
  }
  assert.deepEqual(typed, [], `${block.place}: typed, but not in the page`);
}

function start(house: House, script: string): Program {
  const { environment, places } = house;
  const text = `exec 2>&1\n${house.substitute(script)}`;
  const options = ['--noprofile', '--norc', '-euo', 'pipefail', '-c', text];
  return new Program('bash', options, { cwd: places.checkout, env: environment });
}

async function expectExit(program: Program, block: Block): Promise<void> {
  program.end();
  const output = await program.rest();
  const expected = Number(block.directives.get('exit') ?? 0);
  assert.equal(await program.exit(), expected, `${block.place}\n${block.text}\n${output}`);
}
