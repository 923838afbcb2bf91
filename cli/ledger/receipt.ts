/** Verifies one receipt by itself: no ledger, no server, only the key that signs the ledger. */
import { createHmac, hash } from 'node:crypto';
import { verifyReceipt, type ReceiptFault } from '../../shared/ledger/receipt.ts';
import { exitCodes, UsageError, type CommandIo } from './io.ts';

export interface ReceiptOptions {
  /** A receipt as text, what `/receipt` prints, or the JSON of `ledger.receipt`. */
  readonly receipt: string;
  readonly key: string;
  /** What was said, as somebody has it. */
  readonly texts: Readonly<Partial<Record<Side, string>>>;
  readonly json: boolean;
}

type Side = 'prompt' | 'answer';

interface Kept {
  readonly proof: string;
  readonly salts: Readonly<Partial<Record<Side, string>>>;
}

const PROOF = /c2sp\.org\/tlog-proof@v1\n(?:(?!-- ).*\n?)+/;

/** Resolves with the exit code. */
export async function receiptCommand(options: ReceiptOptions, io: CommandIo): Promise<number> {
  const { proof, salts } = readKept(options.receipt);
  const verdict = await verifyReceipt({ receipt: proof, verifierKey: options.key });
  if (!verdict.ok) return refuse(WHY[verdict.fault], options, io);
  const entry = JSON.parse(verdict.entry) as Readonly<Record<string, string>>;
  const compared: Side[] = [];
  for (const side of ['prompt', 'answer'] as const) {
    const text = options.texts[side];
    if (text === undefined) continue;
    const salt = salts[side];
    if (salt === undefined) throw new UsageError(`The file has no salt of the ${side}`);
    if (!isCommittedTo(text, salt, entry, side)) return refuse(`the ${side} is another text`, options, io);
    compared.push(side);
  }
  const { index, checkpoint } = verdict;
  const facts = { status: 'verified', index, size: checkpoint.size, entry, compared };
  if (options.json) io.stdout.write(`${JSON.stringify(facts)}\n`);
  else io.stdout.write(`${describe(entry, index, checkpoint.size)}${verdictText(compared)}`);
  return exitCodes.verified;
}

function readKept(text: string): Kept {
  const unix = text.replaceAll('\r\n', '\n');
  const json = unix.trimStart().startsWith('{') ? parseJson(unix) : undefined;
  const proof = json === undefined ? PROOF.exec(unix)?.[0] : json['proof'];
  if (typeof proof !== 'string') throw new UsageError('The file has no receipt in it');
  const saltOf = (side: Side): string | undefined => {
    const salt = json?.[`${side}Salt`] ?? new RegExp(`^-- ${side}Salt (\\S+)$`, 'm').exec(unix)?.[1];
    return typeof salt === 'string' ? salt : undefined;
  };
  const [prompt, answer] = [saltOf('prompt'), saltOf('answer')];
  return {
    proof,
    salts: { ...(prompt !== undefined && { prompt }), ...(answer !== undefined && { answer }) },
  };
}

/** The answer of `ledger.receipt`, or that of a message, which has the receipt in it. */
function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { receipt = answer } = answer;
    return typeof receipt === 'object' && receipt !== null ? (receipt as typeof answer) : answer;
  } catch {
    throw new UsageError('The file is not JSON, though it begins like it');
  }
}

/** An editor may have ended the last line. */
function isCommittedTo(
  text: string,
  salt: string,
  entry: Readonly<Record<string, string>>,
  side: Side,
): boolean {
  const key = Buffer.from(salt, 'base64');
  const commitment = entry['type'] === 'charge' ? saltedHash : keyedHash;
  return [text, text.replace(/\n$/, '')].some((each) => commitment(key, each) === entry[side]);
}

function saltedHash(salt: Buffer, text: string): string {
  return hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'base64');
}

/** Of version 1 of the ledger. */
function keyedHash(salt: Buffer, text: string): string {
  return createHmac('sha256', salt).update(text).digest('base64');
}

function describe(entry: Readonly<Record<string, string>>, index: number, size: number): string {
  const width = Math.max(...Object.keys(entry).map((name) => name.length));
  const lines = Object.entries(entry).map(([name, value]) => `${name.padEnd(width)}  ${value}\n`);
  return `Entry ${index} of a ledger of ${size} entries\n${lines.join('')}`;
}

function verdictText(compared: readonly Side[]): string {
  const texts = compared.map((side) => `  the ${side} is the one that was committed to\n`);
  return `VERIFIED: the ledger of this key has this entry\n${texts.join('')}`;
}

function refuse(why: string, { json }: ReceiptOptions, io: CommandIo): number {
  if (json) io.stdout.write(`${JSON.stringify({ status: 'bad', why })}\n`);
  else io.stderr.write(`BAD: ${why}\n`);
  return exitCodes.bad;
}

const WHY: Readonly<Record<ReceiptFault, string>> = {
  malformed_receipt: 'the receipt is damaged, or has no entry in it',
  malformed_key: 'the key is damaged',
  malformed_checkpoint: 'the checkpoint in the receipt is damaged',
  wrong_origin: 'the receipt is of a ledger with another origin than the key',
  bad_signature: 'this key has not signed the checkpoint in the receipt',
  not_included: 'the entry is not in the tree of the checkpoint',
  other_entry: 'the receipt is of another entry',
};
