/** Parts of image names. */

/** The tag of an image, `<repository>/<name>:<tag>`; empty when it has none. */
export function imageTag(image: string): string {
  const colon = image.indexOf(":", image.lastIndexOf("/"));
  return colon < 0 ? "" : image.slice(colon + 1);
}
