import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { ManualClock, systemClock } from '../../shared/clock.ts';
import { HiloError, type ErrorKey } from '../../shared/errors.ts';
import { DocumentReader, type DocumentRequest } from './document-reader.ts';
import { docxOf, docxWith, pdfOf, zipOf } from './documents.fixture.ts';
import { DOCUMENT_LIMITS } from './limits.ts';

const reader = new DocumentReader(systemClock);

function read(content: string | Buffer, more: Partial<DocumentRequest> = {}, by = reader) {
  const signal = new AbortController().signal;
  return by.read({ bytes: Buffer.from(content), locale: 'en', signal, ...more });
}

async function faultOf(content: string | Buffer, by = reader): Promise<[ErrorKey, unknown]> {
  const error = await read(content, {}, by).then(
    ({ type }) => assert.fail(`It was read as ${type}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof HiloError, String(error));
  return [error.key, error.values['because'] ?? error.values['type']];
}

test('a PDF is read page by page, and says how far it is', async () => {
  const seen: [number, number][] = [];
  const bytes = pdfOf(['The first page.', 'The second one.', 'And a third.'], { title: 'Three pages' });
  const document = await read(bytes, { onPage: (done, total) => seen.push([done, total]) });
  assert.deepEqual(document, {
    type: 'pdf',
    title: 'Three pages',
    text: 'The first page.\n\nThe second one.\n\nAnd a third.',
    pages: 3,
  });
  assert.deepEqual(seen, [
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
});

test('a DOCX is read in paragraphs', async () => {
  const { type, text } = await read(docxOf(['Érase una vez', 'dos párrafos.']));
  assert.deepEqual([type, text], ['docx', 'Érase una vez\n\ndos párrafos.']);
});

test('of a page the article is read, without menus and scripts', async () => {
  const paragraphs = Array.from(
    { length: 12 },
    (_, index) => `<p>Paragraph ${index}, ${'words '.repeat(30)}</p>`,
  );
  const html =
    '<!doctype html><html><head><title>A title</title><script>alert(1)</script></head><body>' +
    `<nav><a href="/">Home</a></nav><article><h2>Heading</h2>${paragraphs.join('')}</article>` +
    '<script>document.body.textContent = "run"</script></body></html>';
  const { type, title, text } = await read(html);
  assert.deepEqual([type, title], ['html', 'A title']);
  assert.match(text, /Paragraph 0, words[^]*\n\nParagraph 1, words/);
  assert.doesNotMatch(text, /Home|alert|run/);
});

test('a page without an article is read whole', async () => {
  const { text } = await read('<!-- x --><html><body><div>One</div><div>Two<br>Three</div></body></html>');
  assert.equal(text, 'One\n\nTwo\n\nThree');
});

test('text is read in the charset that it is in', async () => {
  const texts: [Buffer, string | undefined][] = [
    [Buffer.from('mañana'), undefined],
    [Buffer.from([0xff, 0xfe, ...Buffer.from('mañana', 'utf16le')]), undefined],
    [Buffer.from('mañana', 'latin1'), undefined],
    [Buffer.from('mañana', 'latin1'), 'iso-8859-1'],
    [Buffer.from('mañana'), 'no-such-charset'],
  ];
  for (const [bytes, charset] of texts) {
    const document = await read(bytes, { charset });
    assert.deepEqual([document.type, document.text], ['text', 'mañana']);
  }
  const page = Buffer.from(
    '<html><head><meta charset="iso-8859-2"></head><body>z\xb3oty</body></html>',
    'latin1',
  );
  assert.equal((await read(page)).text, 'złoty');
});

test('the type is that of the content, and others are refused', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
    'base64',
  );
  assert.deepEqual(await faultOf(png), ['document_type', 'image/png']);
  assert.deepEqual(await faultOf(Buffer.from([0, 1, 2, 3, 4, 5])), [
    'document_type',
    'application/octet-stream',
  ]);
  const zip = zipOf([{ name: 'a.txt', content: Buffer.from('hello') }]);
  assert.deepEqual(await faultOf(zip), ['document_type', 'application/zip']);
  assert.deepEqual(await faultOf(' \n\n '), ['document_empty', undefined]);
  assert.deepEqual(await faultOf(pdfOf([''])), ['document_empty', undefined]);
});

test('a hostile PDF is a fault, and nothing else', async () => {
  const whole = pdfOf(['Some text that is long enough to be cut off somewhere.']);
  const twice = deflateSync(deflateSync(Buffer.alloc(150 * 1024 * 1024)));
  const strict = new DocumentReader(systemClock, { ...DOCUMENT_LIMITS, bufferBytesMax: 64 * 1024 * 1024 });
  const bomb = { dictionary: '/Filter [/FlateDecode /FlateDecode]', bytes: twice };
  assert.equal((await faultOf(whole.subarray(0, 60)))[0], 'document_broken');
  assert.equal((await faultOf(Buffer.from('%PDF-1.7\nand nothing else')))[0], 'document_broken');
  assert.deepEqual(await faultOf(pdfOf(['a'], { repeated: 3_000 })), ['document_too_large', 'pages']);
  // It is not believed.
  assert.equal((await read(pdfOf(['a'], { count: 1_000_000_000 }))).text, 'a');
  assert.ok(twice.length < 100_000);
  assert.deepEqual(await faultOf(pdfOf(['a'], { content: bomb }), strict), ['document_too_large', 'memory']);
  assert.match((await faultOf(pdfOf(['a'], { isLooped: true })))[0], /^document_(?:broken|empty)$/);
  const script = pdfOf(['Harmless.'], {
    catalogue: '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\); while\\(true\\);) >>',
  });
  assert.equal((await read(script)).text, 'Harmless.');
  assert.equal((await read('still here')).text, 'still here');
});

test('a hostile DOCX is a fault, and nothing else', async () => {
  const zeros = Buffer.alloc(DOCUMENT_LIMITS.unpackedBytesMax + 1);
  const more = (name: string, content = Buffer.from('x')) => docxOf(['text'], [{ name, content }]);
  assert.deepEqual(await faultOf(more('word/media/a.bin', zeros)), ['document_too_large', 'unpacked']);
  const lying = docxOf(['text'], [{ name: 'word/b.xml', content: zeros, declaredBytes: 10 }]);
  assert.deepEqual(await faultOf(lying), ['document_too_large', 'unpacked']);
  for (const name of ['../../etc/cron.d/x', '/etc/passwd', 'word/../../x', 'C:\\x', 'word\\x']) {
    assert.equal((await faultOf(more(name)))[0], 'document_broken', name);
  }
  const many = Array.from({ length: 3_000 }, (_, index) => ({
    name: `f${index}`,
    content: Buffer.from('x'),
  }));
  assert.deepEqual(await faultOf(docxOf(['text'], many)), ['document_too_large', 'unpacked']);
  const locked = docxOf(['text'], [{ name: 'word/c.xml', content: Buffer.from('x'), flags: 1 }]);
  assert.equal((await faultOf(locked))[0], 'document_locked');
  const laughs =
    '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>' +
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">' +
    '<w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body></w:document>';
  const laughed = await read(docxWith(laughs)).catch((error: HiloError) => error);
  assert.ok(laughed instanceof HiloError || laughed.text.length < 100);
  const deep = `${'<w:p>'.repeat(20_000)}${'</w:p>'.repeat(20_000)}`;
  assert.match((await faultOf(docxWith(deep)))[0], /^document_(?:broken|empty|too_large)$/);
  assert.equal((await faultOf(docxOf(['text']).subarray(0, 300)))[0], 'document_broken');
  assert.equal((await read('still here')).text, 'still here');
});

test('a page nested without end is read whole, and one of too many elements is a fault', async () => {
  assert.equal((await read(`<html><body>${'<div>'.repeat(5_000)}deep`)).text, 'deep');
  const elements = `<html><body>${'<i>x</i>'.repeat(DOCUMENT_LIMITS.elementsMax)}`;
  assert.deepEqual(await faultOf(elements), ['document_too_large', 'elements']);
});

test('time is limited, and so are the documents that are read at once', async () => {
  const clock = new ManualClock();
  const limits = { ...DOCUMENT_LIMITS, threadsMax: 1, waitingMax: 1 };
  const slow = new DocumentReader(clock, limits);
  const controller = new AbortController();
  // The thread needs real time to start, and the clock has run out before that.
  const first = faultOf('too late', slow);
  const second = read('cancelled', { signal: controller.signal }, slow).catch(
    (error: HiloError) => error.key,
  );
  assert.deepEqual(await faultOf('no room', slow), ['documents_busy', undefined]);
  controller.abort();
  assert.equal(await second, 'cancelled');
  const third = read('in time', {}, slow);
  clock.advance(limits.readMs);
  assert.deepEqual(await first, ['document_too_large', 'time']);
  assert.equal((await third).text, 'in time');
  const running = new AbortController();
  const last = read(pdfOf(['x']), { signal: running.signal }, slow).catch((error: HiloError) => error.key);
  running.abort();
  assert.equal(await last, 'cancelled');
});
