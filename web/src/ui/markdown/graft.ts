/**
 * Makes a run of siblings look like a newer version of it and touches only what differs, so that the browser
 * lays out and paints little and a reader's selection lives on. Returns the run as it then stands.
 */
export function graft(
  parent: Node,
  standing: readonly ChildNode[],
  fresh: readonly ChildNode[],
): ChildNode[] {
  const after = standing.at(-1)?.nextSibling ?? null;
  const kept = fresh.map((node, index) => {
    const old = standing[index];
    if (!old) return parent.insertBefore(node, after);
    if (old.isEqualNode(node)) return old;
    if (isText(old) && isText(node)) {
      retext(old, node.data);
      return old;
    }
    if (!isElement(old) || !isElement(node) || !old.cloneNode(false).isEqualNode(node.cloneNode(false))) {
      old.replaceWith(node);
      return node;
    }
    graft(old, [...old.childNodes], [...node.childNodes]);
    return old;
  });
  for (const old of standing.slice(fresh.length)) old.remove();
  return kept;
}

function retext(node: Text, data: string): void {
  if (data.startsWith(node.data)) node.appendData(data.slice(node.data.length));
  else node.data = data;
}

function isText(node: Node): node is Text {
  return node.nodeType === 3;
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}
