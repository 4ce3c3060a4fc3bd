import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeImage, digestOf, LAYER_TYPE, MANIFEST_TYPE } from "../../lab/image-layout";
import { copyImage, pushBlob, pushManifest } from "../../lab/registry-client";

/** A registry in memory: what the protocol says about blobs, uploads and manifests. */
class MemoryRegistry {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, { type: string; body: Buffer }>();
  uploads = 0;
  url = "";
  private server: Server | undefined;

  async start(): Promise<void> {
    this.server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const { pathname, searchParams } = new URL(request.url ?? "", "http://registry");
      const [, kind = "", reference = ""] = /\/(blobs|manifests)\/(.+)$/.exec(pathname) ?? [];
      if (request.method === "POST") {
        response.writeHead(202, { location: "/v2/x/blobs/uploads/1?state=open" }).end();
      } else if (request.method === "PUT" && kind === "blobs") {
        const digest = searchParams.get("digest") ?? "";
        const isGood = digestOf(body) === digest && searchParams.get("state") === "open";
        if (isGood) this.blobs.set(digest, body);
        this.uploads++;
        response.writeHead(isGood ? 201 : 400).end();
      } else if (request.method === "PUT") {
        const type = request.headers["content-type"] ?? "";
        this.manifests.set(reference, { type, body }).set(digestOf(body), { type, body });
        response.writeHead(201).end();
      } else {
        const manifest = this.manifests.get(reference);
        const content = kind === "blobs" ? this.blobs.get(reference) : manifest?.body;
        const type = manifest?.type ?? "application/octet-stream";
        if (content === undefined) response.writeHead(404).end("no such thing");
        else response.writeHead(200, { "content-type": type }).end(content);
      }
    });
    await new Promise<void>((done) => this.server?.listen(0, "127.0.0.1", done));
    const address = this.server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  stop = (): void => {
    this.server?.close();
  };
}

const from = new MemoryRegistry();
const to = new MemoryRegistry();
beforeAll(() => Promise.all([from.start(), to.start()]));
afterAll(() => {
  for (const registry of [from, to]) registry.stop();
});

const layer = Buffer.from("layer");
const layers = [{ mediaType: LAYER_TYPE, digest: digestOf(layer), size: layer.length }];
const documents = describeImage(layers, "/pause");

test("a pushed blob is uploaded once", async () => {
  const location = { url: to.url, name: "pause" };
  const blob = Buffer.from("once");

  await pushBlob(location, digestOf(blob), blob.length, blob);
  await pushBlob(location, digestOf(blob), blob.length, blob);

  expect(to.blobs.get(digestOf(blob))?.toString()).toBe("once");
  expect(to.uploads).toBe(1);
});

test("the linux/amd64 part of a list of platforms is copied with its blobs", async () => {
  const source = { url: from.url, name: "pause" };
  const config = Buffer.from(documents.config);
  for (const blob of [config, layer]) await pushBlob(source, digestOf(blob), blob.length, blob);
  await pushManifest(source, "amd64", documents.manifest, MANIFEST_TYPE);
  const index = {
    manifests: [
      { digest: "sha256:0", platform: { os: "linux", architecture: "arm64" } },
      { digest: digestOf(documents.manifest), platform: { os: "linux", architecture: "amd64" } },
    ],
  };
  const type = "application/vnd.oci.image.index.v1+json";
  await pushManifest(source, "3.10.2", JSON.stringify(index), type);

  await copyImage(source, { url: to.url, name: "pause" }, "3.10.2");

  expect(to.manifests.get("3.10.2")?.body.toString()).toBe(documents.manifest);
  expect(to.manifests.get("3.10.2")?.type).toBe(MANIFEST_TYPE);
  for (const blob of [config, layer]) expect(to.blobs.get(digestOf(blob))).toEqual(blob);
});

test("an image that is not there is an error with its address", async () => {
  const target = { url: to.url, name: "x" };

  await expect(copyImage({ url: from.url, name: "x" }, target, "none")).rejects.toThrow(
    `GET ${from.url}/v2/x/manifests/none: 404 no such thing`,
  );
});
