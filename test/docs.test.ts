/** The pages under docs/ say what is in the code, and the code cites what is in them. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { addTlsMetrics, createMetrics, GatewayCounts } from '../gateway/metrics.ts';
import { testCertificate } from './support/certificates.ts';
import { generatedPages } from './support/generate-docs.ts';
import { projectFiles, ROOT, type ProjectFile } from './support/source-files.ts';
import { startTestServer } from './support/test-server.ts';
import { SETTING_TEXTS } from '../server/config/setting-texts.ts';
import { exampleVariables } from './support/example-environment.ts';

const FILES = projectFiles();
const PAGES = FILES.filter(({ path }) => path.endsWith('.md'));
const CITATION = /\[([A-Z]-\d+)\]/g;
/** The head of a rule in docs/protocol.md. */
const RULE = /^\*\*\[([A-Z]-\d+)\]/gm;

test('the generated pages are up to date', async () => {
  for (const [path, text] of await generatedPages()) {
    assert.equal(readFileSync(join(ROOT, path), 'utf8'), text, `${path} is old: npm run docs`);
  }
});

test('each rule of the protocol has one number, in order', () => {
  const rules = [...textOf('docs/protocol.md').matchAll(RULE)].map(([, id]) => id ?? '');
  const families = Map.groupBy(rules, (id) => id.slice(0, 1));
  for (const [letter, ids] of families) {
    assert.deepEqual(
      ids,
      [...ids.keys()].map((index) => `${letter}-${index + 1}`),
    );
  }
});

test('every cited rule exists, and every rule is cited in the code and in a test', () => {
  const rules = new Set([...textOf('docs/protocol.md').matchAll(RULE)].map(([, id]) => id ?? ''));
  const files = FILES.filter(({ path }) => /\.tsx?$/.test(path));
  const cited = (part: readonly ProjectFile[]) =>
    new Set(part.flatMap(({ text }) => [...text.matchAll(CITATION)].map(([, id]) => id ?? '')));
  const inTests = cited(files.filter(({ path }) => path.endsWith('.test.ts')));
  const inCode = cited(files.filter(({ path }) => !path.startsWith('test/') && !path.endsWith('.test.ts')));
  assert.deepEqual([...inTests.union(inCode).difference(rules)].sort(), [], 'cited, but not in the page');
  assert.deepEqual([...rules.difference(inTests)].sort(), [], 'in the page, but not in a test');
  assert.deepEqual([...rules.difference(inCode)].sort(), [], 'in the page, but not in the code');
});

test('the guide for operators names every metric of both processes, and no other', async (context) => {
  const certificate = await testCertificate(context);
  const environment = { TLS_PORT: '0', TITLE_ROUTE: 'companion', ...certificate.environment };
  await using server = await startTestServer({ environment });
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
  const gateway = createMetrics({
    counts: new GatewayCounts(),
    connections: () => 0,
    backlogBytes: () => 0,
    pool: { size: 0, idleCount: 0, waitingCount: 0 },
  });
  addTlsMetrics(gateway.registry, {
    counts: new GatewayCounts(),
    handshakes: () => 0,
    certificateExpiresMs: () => 0,
  });
  const scraped = `${await response.text()}\n${await gateway.registry.metrics()}`;
  gateway.close();
  const actual = new Set([...scraped.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  const described = textOf('docs/operations-guide.md').matchAll(/^\| `((?:hilo|process)_[a-z_]+)/gm);
  assert.deepEqual(new Set([...described].map(([, name]) => name)), actual);
});

test('every link between pages leads somewhere', () => {
  const broken = PAGES.flatMap((page) => linksOf(page).filter((link) => !leadsSomewhere(page, link)));
  assert.deepEqual(broken, []);
});

test('every file and script that a page names exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const missing = PAGES.flatMap(({ path, text }) => {
    const files = [
      ...text.matchAll(/`((?:server|gateway|shared|cli|web|loadtest|test|docs|deploy)\/[\w./-]+)`/g),
    ];
    const commands = [...text.matchAll(/\bnpm run (?:-s )?([\w-]+)/g)];
    return [
      ...files.filter(([, file = '']) => !existsSync(join(ROOT, file))).map(([, file]) => `${path}: ${file}`),
      ...commands.filter(([, name = '']) => !(name in scripts)).map(([, name]) => `${path}: npm run ${name}`),
    ];
  });
  assert.deepEqual(missing, []);
});

test('pages name ./hilo and npm scripts, which bring the right Node', () => {
  const found = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<!npx )\bnode (?:--\S+ )*[\w./-]+\.ts\b/g)].map(
      ([command]) => `${path}: ${command}`,
    ),
  );
  assert.deepEqual(found, []);
});

test('every variable that a page names is a setting', () => {
  const known = new Set([...exampleVariables().map((each) => each.name), ...Object.keys(SETTING_TEXTS)]);
  const name =
    /`((?:LIMIT|LLM|OLLAMA|OPENAI|RATE|ADDRESS|GATEWAY|APP|METRICS|LEDGER|ANONYMOUS)_[A-Z_]+)(?:=[^`]*)?`/g;
  const unknown = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(name)]
      .filter(([, variable = '']) => !known.has(variable) && !OF_OLLAMA.includes(variable))
      .map(([, variable]) => `${path}: ${variable}`),
  );
  assert.deepEqual(unknown, []);
});

test('the decisions are numbered without a gap', () => {
  const numbers = FILES.flatMap(({ path }) => /^docs\/decisions\/(\d{4})-/.exec(path)?.[1] ?? []);
  assert.deepEqual(
    numbers.map(Number),
    [...numbers.keys()].map((index) => index + 1),
  );
});

/** Settings of Ollama itself. */
const OF_OLLAMA = ['OLLAMA_NUM_PARALLEL', 'OLLAMA_MAX_QUEUE'];

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function linksOf({ text }: ProjectFile): string[] {
  const withoutCode = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
  return [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: ProjectFile, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page.path : normalize(join(dirname(page.path), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(textOf(target)).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
