/** A request for images as operations show it. */
import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import { requestFolder } from '../../artifacts/request-keys.ts';
import { keysOf, type RequestFiles } from '../../artifacts/request-files.ts';
import type { RequestFile, StoredRequest } from '../../artifacts/request-rows.ts';
import { fileNames } from '../../images/image-names.ts';

type View = OutputOf<Operations['images.get']>;
type Picture = View['images'][number];

export interface ImageLinks {
  readonly requests: Pick<RequestFiles, 'signedUrl'>;
  readonly signer: { sign(service: string, key: string): string };
}

export async function imageView(request: StoredRequest, links: ImageLinks): Promise<View> {
  const { id, stage, status, createdAt, prompt, files } = request;
  const { sizes = [], ...meta } = request.meta as View['meta'] & { sizes?: [number, number][] };
  const images: Picture[] = [];
  for (const [index, [width, height]] of sizes.entries()) {
    const names = fileNames(index);
    const image = files.find(({ name }) => name === names.image);
    const preview = files.find(({ name }) => name === names.preview);
    if (!image || !preview) continue;
    const [large, small] = await Promise.all([shown(image, request, links), shown(preview, request, links)]);
    images.push({ width, height, image: large, preview: small });
  }
  return {
    id,
    status: stage === 'expired' ? 'expired' : status,
    createdAt: new Date(createdAt).toISOString(),
    prompt,
    meta: { ...NO_META, ...meta },
    images,
    keys: { ...keysOf(request) },
  };
}

/** Of a request that is still being worked on. */
const NO_META = { size: '', n: 1 };

async function shown(
  { name, type, bytes }: RequestFile,
  request: StoredRequest,
  { requests, signer }: ImageLinks,
): Promise<Picture['image']> {
  const key = requestFolder(request.id, request.createdAt) + name;
  const url = (await requests.signedUrl(request, name)) ?? signer.sign(request.service, key);
  return { name, type, bytes, url };
}
