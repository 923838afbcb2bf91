import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { formatCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { createCosigner, openCosignedNote, readWitnessKey } from '../../shared/ledger/cosignature-keys.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { formatAddCheckpoint } from '../../shared/ledger/witness-protocol.ts';
import { openStateFolder } from './state-folder.ts';
import { witnessCommand } from './witness-command.ts';

const signer = createNoteSigner('log.test/ledger', Buffer.alloc(32, 1));

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-witness-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'state');
}

/** A command that runs in this process; `line` waits for a log line with this message. */
function begin(...argv: string[]) {
  return beginIn('en', ...argv);
}

function beginIn(locale: string, ...argv: string[]) {
  const stop = new AbortController();
  const output = { out: '', err: '' };
  const waiting = new Map<string, (facts: Record<string, unknown>) => void>();
  const stdout = {
    write(text: string) {
      output.out += text;
      if (!text.startsWith('{')) return;
      const facts = JSON.parse(text) as Record<string, unknown>;
      waiting.get(String(facts['msg']))?.(facts);
    },
  };
  const stderr = { write: (text: string) => void (output.err += text) };
  const line = (message: string) =>
    new Promise<Record<string, unknown>>((resolve) => waiting.set(message, resolve));
  const listens = line('The witness listens');
  const code = witnessCommand(argv, { stdout, stderr, env: { HILO_LOCALE: locale }, signal: stop.signal });
  return { code, output, listens, line, stop: () => stop.abort() };
}

function optionsWith(state: string): string[] {
  return ['--listen', '127.0.0.1:0', '--state', state, '--name', 'w.test', '--log', signer.verifierKey];
}

test('key makes a key once and prints it, beside a running witness too', async (context) => {
  const state = await temporaryFolder(context);
  const made = begin('key', '--state', state, '--name', 'w.test');
  assert.equal(await made.code, 0, made.output.err);
  assert.equal(readWitnessKey(made.output.out.trim())?.name, 'w.test');
  const held = await openStateFolder(state);
  const shown = begin('key', '--state', state);
  assert.equal(await shown.code, 0);
  assert.equal(shown.output.out, made.output.out);
  held.close();
  const other = begin('key', '--state', state, '--name', 'other.test');
  assert.equal(await other.code, 1);
  assert.match(other.output.err, /is named w\.test/);
});

test('a witness runs, cosigns, tells, refuses a second one, and stops when told', async (context) => {
  const state = await temporaryFolder(context);
  const witness = begin(...optionsWith(state));
  const { port, key } = await witness.listens;
  const second = begin(...optionsWith(state));
  assert.equal(await second.code, 1);
  assert.match(second.output.err, /Another witness is using/);
  const text = formatCheckpoint({ origin: 'log.test/ledger', size: 7, root: Buffer.alloc(32, 3) });
  const body = formatAddCheckpoint({ oldSize: 0, proof: [], note: signer.sign(text) });
  const cosigned = witness.line('Cosigned');
  const url = `http://127.0.0.1:${String(port)}/add-checkpoint`;
  const response = await fetch(url, { method: 'POST', body });
  const witnessKey = readWitnessKey(String(key));
  assert.ok(witnessKey && openCosignedNote(`${text}\n${await response.text()}`, witnessKey));
  assert.equal((await cosigned)['size'], 7);
  witness.stop();
  assert.equal(await witness.code, 0);
  const again = begin(...optionsWith(state));
  assert.deepEqual((await again.listens)['sizes'], { 'log.test/ledger': 7 });
  assert.equal((await again.listens)['key'], key);
  again.stop();
  assert.equal(await again.code, 0);
});

test('wrong command lines are explained, with exit code 3', async (context) => {
  const state = await temporaryFolder(context);
  const good = optionsWith(state);
  const witnessKey = createCosigner('w', Buffer.alloc(32)).verifierKey;
  const replaced = (option: string, value: string) =>
    good.map((argument, index) => (good[index - 1] === option ? value : argument));
  const cases: [string[], RegExp][] = [
    [[], /--listen HOST:PORT is missing/],
    [good.slice(2), /--listen HOST:PORT is missing/],
    [good.slice(0, 2), /--state DIR is missing/],
    [good.slice(0, -2), /--log VKEY is missing/],
    [replaced('--listen', '8080'), /is not HOST:PORT/],
    [replaced('--listen', '::1:8080'), /is not HOST:PORT/],
    [replaced('--listen', '127.0.0.1:65536'), /is not HOST:PORT/],
    [replaced('--name', 'two words'), /is no name/],
    [replaced('--log', 'x'), /is not the verifier key/],
    [replaced('--log', witnessKey), /is not the verifier key of a log/],
    [replaced('--log', signer.verifierKey.replace('log.test', 'log.tost')), /is not the verifier key/],
    [['key'], /--state DIR is missing/],
    [['key', '--state', state], /--name NAME is missing/],
    [['frob'], /There is no command witness frob/],
    [['key', 'key'], /takes no key/],
    [['--frob'], /--frob/],
  ];
  for (const [argv, expected] of cases) {
    const { code, output } = begin(...argv);
    assert.equal(await code, 3, argv.join(' '));
    assert.match(output.err, expected);
    assert.match(output.err, /Usage: hilo witness/);
  }
  const help = begin('--help');
  assert.equal(await help.code, 0);
  assert.match(help.output.out, /^Usage: hilo witness/);
});

test('in Spanish too', async (context) => {
  const state = await temporaryFolder(context);
  const wrong = beginIn('es', 'frob');
  assert.equal(await wrong.code, 3);
  assert.match(wrong.output.err, /^No existe la orden witness frob\n\nUso: hilo witness/);
  const help = beginIn('es', '--help');
  assert.equal(await help.code, 0);
  assert.match(help.output.out, /^Uso: hilo witness/);
  const held = await openStateFolder(state);
  const locked = beginIn('es', ...optionsWith(state));
  assert.equal(await locked.code, 1);
  assert.match(locked.output.err, /^Otro testigo está usando /);
  held.close();
});
