/** Container images as the lab makes them: one or two uncompressed layers and a small config. */
import { createHash } from "node:crypto";

/** A blob of an image that is known by its digest. Shape of `digest`: `sha256:<hex>` */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Config and manifest of an image, as the bytes that its digests are of. */
export interface ImageDocuments {
  readonly config: string;
  readonly manifest: string;
}

/** Media type of the manifests that the lab makes. */
export const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** Media type of the layers that the lab makes. */
export const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

/** Digest of some bytes. Shape: `sha256:<hex>` */
export const digestOf = (bytes: string | Buffer): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Describes an image of given layers. Its config names no time, so equal layers make equal images. */
export function describeImage(layers: readonly Descriptor[], entrypoint: string): ImageDocuments {
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config: {
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      Entrypoint: [entrypoint],
    },
    // Layers are not compressed, so their digests are those of their content.
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.digest) },
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: digestOf(config),
      size: Buffer.byteLength(config),
    },
    layers,
  });
  return { config, manifest };
}
