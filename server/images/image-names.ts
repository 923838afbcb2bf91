/** The first one has the names that a request for one image leaves. */
export function fileNames(index: number): { readonly image: string; readonly preview: string } {
  const number = index === 0 ? '' : `-${index + 1}`;
  return { image: `image/original${number}.png`, preview: `image/preview${number}.jpg` };
}
