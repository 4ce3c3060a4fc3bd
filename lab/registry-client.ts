/** The few requests of the registry protocol that the lab needs: push an image, copy an image. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { MANIFEST_TYPE } from "./image-layout";

/** Types of manifests that a registry may answer with; lists of platforms first. */
const LIST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const MANIFEST_TYPES = [
  ...LIST_TYPES,
  MANIFEST_TYPE,
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Where an image is. Shape of `url`: `http://host:port`; of `name`: `kube-proxy` */
export interface ImageLocation {
  readonly url: string;
  readonly name: string;
}

async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, init);
  if (!answer.ok) {
    throw new Error(`${init.method ?? "GET"} ${url}: ${answer.status} ${await answer.text()}`);
  }
  return answer;
}

/** Content of a blob: its bytes, or the path of a file that holds them. */
export type BlobContent = Buffer | { readonly file: string };

/** Uploads a blob unless the registry has it. */
export async function pushBlob(
  to: ImageLocation,
  digest: string,
  size: number,
  content: BlobContent,
): Promise<void> {
  const blob = `${to.url}/v2/${to.name}/blobs/${digest}`;
  if ((await fetch(blob, { method: "HEAD" })).ok) return;
  const start = await request(`${to.url}/v2/${to.name}/blobs/uploads/`, { method: "POST" });
  const target = new URL(start.headers.get("location") ?? "", to.url);
  target.searchParams.set("digest", digest);
  const body = Buffer.isBuffer(content)
    ? new Uint8Array(content)
    : Readable.toWeb(createReadStream(content.file));
  const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
  await request(target.href, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
}

/** Uploads a manifest under a tag. Its blobs must be there. */
export async function pushManifest(
  to: ImageLocation,
  tag: string,
  manifest: string,
  mediaType: string,
): Promise<void> {
  await request(`${to.url}/v2/${to.name}/manifests/${tag}`, {
    method: "PUT",
    headers: { "content-type": mediaType },
    body: manifest,
  });
}

interface ManifestDocument {
  readonly manifests?: readonly {
    digest: string;
    platform?: { os: string; architecture: string };
  }[];
  readonly config?: { digest: string; size: number };
  readonly layers?: readonly { digest: string; size: number }[];
}

/** Copies the linux/amd64 part of an image from a public registry to ours. */
export async function copyImage(
  from: ImageLocation,
  to: ImageLocation,
  tag: string,
): Promise<void> {
  const read = async (reference: string) => {
    const answer = await request(`${from.url}/v2/${from.name}/manifests/${reference}`, {
      headers: { accept: MANIFEST_TYPES.join(", ") },
    });
    const text = await answer.text();
    const type = answer.headers.get("content-type") ?? MANIFEST_TYPE;
    return { text, type, document: JSON.parse(text) as ManifestDocument };
  };
  let found = await read(tag);
  if (LIST_TYPES.includes(found.type)) {
    const ours = found.document.manifests?.find(
      ({ platform }) => platform?.os === "linux" && platform.architecture === "amd64",
    );
    if (ours === undefined) throw new Error(`${from.name}:${tag}: not made for linux/amd64`);
    found = await read(ours.digest);
  }
  const { config, layers = [] } = found.document;
  for (const { digest, size } of config === undefined ? layers : [config, ...layers]) {
    const blob = await request(`${from.url}/v2/${from.name}/blobs/${digest}`);
    await pushBlob(to, digest, size, Buffer.from(await blob.arrayBuffer()));
  }
  await pushManifest(to, tag, found.text, found.type);
}
