/** From the props of `Addons` to what the components render: reads the user's manifest files. */
import { readFileSync } from "node:fs";
import type { AddonOptions } from "./components";
import type { AddonsProps } from "./model/props";

/** Defaults filled in, files read. @throws when a manifest file cannot be read, by its path */
export function addonOptions(props: AddonsProps): AddonOptions {
  const { network, coreDns = true, kubeProxy = true, manifests = {} } = props;
  return {
    network: network ?? { kind: "none" },
    coreDns: coreDns === true ? {} : coreDns,
    kubeProxy,
    manifests: Object.fromEntries(
      Object.entries(manifests).map(([name, content]) => [
        name,
        typeof content === "string" ? readFileSync(content, "utf8") : [content].flat(),
      ]),
    ),
  };
}
