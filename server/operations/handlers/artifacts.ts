import { HiloError } from '../../../shared/errors.ts';
import type { InputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { FoundArtifact } from '../../artifacts/artifact-store.ts';
import { requestFolder, requestIdOf } from '../../artifacts/request-keys.ts';
import type { RequestFiles } from '../../artifacts/request-files.ts';
import type { SignedAddress } from '../../artifacts/url-signer.ts';
import type { Call, Handlers } from '../call.ts';

export interface ArtifactServices {
  readonly requests: RequestFiles;
  readonly links: { readonly signer: { isValid(address: SignedAddress): boolean } };
}

/** A multiple of three, so that pieces of base64 can be joined. */
const PIECE_BYTES = 192 * 1024;

export function artifactHandlers(services: ArtifactServices): Pick<Handlers, 'artifacts.read'> {
  return {
    async 'artifacts.read'(input, call, sink) {
      const { type, found } = await findFile(services, input, call);
      const { bytes, stream } = found;
      sink.event('artifacts.started', { type, bytes });
      try {
        for await (const piece of pieces(stream as AsyncIterable<Buffer>)) {
          call.signal.throwIfAborted();
          sink.event('artifacts.bytes', { data: piece.toString('base64') });
          for (let wait = sink.ready(); wait; wait = sink.ready()) await wait;
        }
      } finally {
        stream.destroy();
      }
      return { type, bytes };
    },
  };
}

/** What belongs to others is as little there as what never was. */
async function findFile(
  { requests, links }: ArtifactServices,
  { service, key, expires, signature }: InputOf<Operations['artifacts.read']>,
  { principal: { owner } }: Call,
): Promise<{ readonly type: string; readonly found: FoundArtifact }> {
  const isSigned = signature !== undefined;
  if (isSigned && !links.signer.isValid({ service, key, expires: expires ?? 0, signature })) {
    throw new HiloError('link_refused');
  }
  const missing = new HiloError('not_found', { values: { what: key } });
  const id = requestIdOf(key);
  const request = isSigned ? await requests.anybodys(id) : await requests.find(owner, id);
  if (request?.service !== service) throw missing;
  const folder = requestFolder(request.id, request.createdAt);
  const file = request.files.find(({ name }) => folder + name === key);
  const found = file && (await requests.read(request, file.name));
  if (!found) throw missing;
  return { type: file.type, found };
}

async function* pieces(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length >= PIECE_BYTES) {
      yield held.subarray(0, PIECE_BYTES);
      held = held.subarray(PIECE_BYTES);
    }
  }
  if (held.length > 0) yield held;
}
