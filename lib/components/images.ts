/** Parts of image names. */

/** The tag of an image; empty when it has none. */
export function imageTag(image: string): string {
  return splitImage(image).tag;
}

/** An image name in its parts: `<repository>/<name>:<tag>`. */
export function splitImage(image: string): { repository: string; tag: string } {
  const slash = image.lastIndexOf("/");
  const colon = image.indexOf(":", slash);
  return {
    repository: image.slice(0, Math.max(slash, 0)),
    tag: colon < 0 ? "" : image.slice(colon + 1),
  };
}
