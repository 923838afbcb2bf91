/** Documents for tests, as small as they can be made, and as hostile. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface PdfOptions {
  /** What the file says about its number of pages; the truth when left out. */
  readonly count?: number;
  /** Stands for the content of the first page: a stream with its own dictionary. */
  readonly content?: { readonly dictionary: string; readonly bytes: Buffer };
  /** More entries of the catalogue, such as scripts that open with it. */
  readonly catalogue?: string;
  /** How often the page tree names each of its pages. */
  readonly repeated?: number;
  /** The page tree leads back to itself. */
  readonly isLooped?: boolean;
  readonly title?: string;
}

/** A PDF with one line of text on each page. */
export function pdfOf(pages: readonly string[], options: PdfOptions = {}): Buffer {
  const { repeated = 1, content, catalogue = '', isLooped = false, title } = options;
  const { count = pages.length * repeated } = options;
  const objects: Buffer[] = [];
  const add = (text: string | Buffer): number => objects.push(Buffer.from(text));
  const first = 4;
  const kids = pages.map((_, index) => `${first + index * 2} 0 R `.repeat(repeated)).join('');
  add(`<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`);
  add(`<< /Type /Pages /Kids [${isLooped ? '2 0 R' : kids}] /Count ${count} >>`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  for (const [index, text] of pages.entries()) {
    const own = first + index * 2;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${own + 1} 0 R ` +
        '/Resources << /Font << /F1 3 0 R >> >> >>',
    );
    const plain = Buffer.from(linesOf(text), 'latin1');
    const { dictionary, bytes } = index === 0 && content ? content : { dictionary: '', bytes: plain };
    add(streamOf(dictionary, bytes));
  }
  const info = title === undefined ? undefined : add(`<< /Title (${title}) >>`);
  return assemble(objects, info);
}

/** A line of a page for every eighty characters. */
function linesOf(text: string): string {
  const lines = text.match(/.{1,80}(?:\s|$)/gu) ?? [text];
  const shown = lines.map((line) => `(${line.trim().replaceAll(/[()\\]/gu, '\\$&')}) Tj T*`).join('\n');
  return `BT /F1 10 Tf 12 TL 20 760 Td\n${shown}\nET`;
}

function streamOf(dictionary: string, bytes: Buffer): Buffer {
  const head = `<< /Length ${bytes.length} ${dictionary} >>\nstream\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\nendstream')]);
}

function assemble(objects: readonly Buffer[], info: number | undefined): Buffer {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  let length = pieces[0]?.length ?? 0;
  const offsets = objects.map((object, index) => {
    const at = length;
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    pieces.push(whole);
    length += whole.length;
    return at;
  });
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const ending = info === undefined ? '' : `/Info ${info} 0 R`;
  const trailer =
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}` +
    `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${ending} >>\nstartxref\n${length}\n%%EOF\n`;
  return Buffer.concat([...pieces, Buffer.from(trailer)]);
}

export interface ZipFile {
  readonly name: string;
  readonly content: Buffer;
  /** What the directory says about the unpacked size; the truth when left out. */
  readonly declaredBytes?: number;
  readonly flags?: number;
}

export function zipOf(files: readonly ZipFile[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, declaredBytes = content.length, flags = 0 } of files) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(declaredBytes, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000'), common, rest, Buffer.from(name));
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, central, Buffer.from('PK\u0005\u0006'), end]);
}

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';

/** The files of a DOCX with these paragraphs; `more` come last. */
export function docxOf(paragraphs: readonly string[], more: readonly ZipFile[] = []): Buffer {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join('');
  return docxWith(`<w:document xmlns:w="${WORD}"><w:body>${body}</w:body></w:document>`, more);
}

/** A DOCX whose main part is as given. */
export function docxWith(document: string, more: readonly ZipFile[] = []): Buffer {
  const file = (name: string, text: string): ZipFile => ({ name, content: Buffer.from(text) });
  const types =
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.' +
    'wordprocessingml.document.main+xml"/></Types>';
  const relations =
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
    `<Relationship Id="r1" Type="${OFFICE}" Target="word/document.xml"/></Relationships>`;
  return zipOf([
    file('[Content_Types].xml', types),
    file('_rels/.rels', relations),
    file('word/document.xml', document),
    ...more,
  ]);
}
