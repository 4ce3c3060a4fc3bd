/** Forms of single values. Sources: Kubernetes' API machinery (names, labels, taints), kubeadm's validation. */
import { quote, systemDirectory, wrong } from "../../errors";
import { durationSeconds } from "../duration";
import { parseAddress } from "../network";
import type { TextRule } from "./text";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** DNS-1123 subdomain: at most 253 characters. */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text);
}

/** DNS-1123 label: at most 63 characters, no dot. */
export function isLabel(text: string): boolean {
  return text.length <= 63 && !text.includes(".") && SUBDOMAIN.test(text);
}

/** A rule for texts of one form. */
function form(what: string, repair: string, fits: (text: string) => boolean): TextRule {
  return (text) => (fits(text) ? undefined : wrong(`not ${what}`, text, repair));
}

function matching(what: string, repair: string, pattern: RegExp): TextRule {
  return form(what, repair, (text) => pattern.test(text));
}

/** `cluster.local` */
export const dnsSubdomain = form(
  "a DNS name",
  'use lower-case letters, digits, "-" and ".", for example "cluster.local"',
  isSubdomain,
);

/** `my-volume` */
export const dnsLabel = form(
  "a DNS label",
  'use at most 63 lower-case letters, digits and "-", beginning and ending with a letter or digit',
  isLabel,
);

/** A name in kubeconfigs and file names. */
export const clusterName = form(
  "a cluster name",
  'use at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
  (text) => text.length <= 63 && QUALIFIED.test(text),
);

/** IP, DNS name or wildcard name, in any case. */
export const subjectName = form(
  "an IP address, DNS name or wildcard name",
  'write it as "10.0.0.10", "k8s.example.com" or "*.example.com"',
  (text) =>
    parseAddress(text) !== undefined || isSubdomain(text.trim().toLowerCase().replace(/^\*\./, "")),
);

/** `app.kubernetes.io/tier`, `tier` */
export const labelKey = form(
  "a label key",
  'write it as "tier" or "example.com/tier": at most 63 letters, digits, "-", "_" and "." behind the slash',
  (text) => {
    const [name = "", prefix, ...rest] = text.split("/").reverse();
    const fits = name.length <= 63 && QUALIFIED.test(name);
    return fits && rest.length === 0 && (prefix === undefined || isSubdomain(prefix));
  },
);

/** Empty, or as the name of a label. */
export const labelValue = form(
  "a label value",
  'use at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit, or ""',
  (text) => text === "" || (text.length <= 63 && QUALIFIED.test(text)),
);

/** `audit-log-maxage`: without the dashes in front. */
export const argName: TextRule = (text) => {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return undefined;
  const bare = text.replace(/^-+/, "").replace(/=.*$/, "");
  const repair =
    bare !== text && bare !== "" ? `write ${quote(bare)}` : 'write it as "audit-log-maxage"';
  return wrong("not the name of a flag", text, repair);
};

/** `HTTP_PROXY` */
export const envName = matching(
  "the name of a variable",
  'use letters, digits and "_", not beginning with a digit',
  /^[A-Za-z_][A-Za-z0-9_]*$/,
);

/** `8760h` */
export const duration = form(
  "a duration",
  'write it as Go does, for example "30s" or "8760h"; it must be more than zero',
  (text) => durationSeconds(text) !== undefined,
);

/** `/etc/kubernetes/pki` */
export const absolutePath = form(
  "an absolute path",
  'begin with "/", without "..", spaces, quotes or a slash at the end',
  (text) =>
    /^(\/[A-Za-z0-9._@+:-]+)+$/.test(text) && !text.split("/").some((part) => /^\.\.?$/.test(part)),
);

/** Directories whose content is not the cluster's alone. */
const SYSTEM_DIRECTORIES = new Set(
  (
    "/bin /boot /dev /etc /etc/kubernetes /etc/kubernetes/manifests /home /lib /lib64 /media /mnt /opt /proc /root /run " +
    "/sbin /srv /sys /tmp /usr /usr/lib /usr/local /var /var/lib /var/lib/kubelet /var/log /var/run"
  ).split(" "),
);

/** An absolute path whose content clean may take away. */
export const ownDirectory: TextRule = (text) =>
  absolutePath(text) ?? (SYSTEM_DIRECTORIES.has(text) ? systemDirectory(text) : undefined);

/** `registry.k8s.io`, `registry.example.com:5000/kubernetes` */
export const imageRepository = matching(
  "an image repository",
  'write it as "registry.example.com/kubernetes": no scheme, no slash at the end',
  /^(\[[0-9a-f:]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
);

/** `3.6.8-0` */
export const imageTag = matching(
  "an image tag",
  'use at most 128 letters, digits, "_", "." and "-"',
  /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
);

/** An image with or without tag and digest. */
export const image = matching(
  "an image",
  'write it as "registry.example.com/name:tag"',
  /^[A-Za-z0-9[][A-Za-z0-9.:[\]-]*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
);

/** `https://mirror.example.com/kubernetes` */
export const webUrl = matching(
  "a URL",
  'write it as "https://mirror.example.com", without spaces or quotes',
  /^https?:\/\/[A-Za-z0-9.[\]:-]+(\/[A-Za-z0-9._~%+:@/-]*)?$/,
);

/** Registry of containerd's `hosts.toml`: `docker.io`, `registry.example.com:5000`. */
export const registryHost = matching(
  "a registry",
  'write its host, for example "registry.k8s.io" or "registry.example.com:5000"',
  /^(_default|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?)$/,
);

/** SHA-256 in lower-case hex. */
export const sha256 = matching(
  "a SHA-256 digest",
  "write 64 lower-case hex digits",
  /^[0-9a-f]{64}$/,
);

/** `kubelet` */
export const binaryName = matching(
  "the name of a binary",
  'write it as "kubelet" or "kubectl"',
  /^[a-z0-9][a-z0-9._-]*$/,
);

/** `unix:///…`, or a path that gets the scheme. */
export const criSocket = form(
  "a unix socket",
  'write it as "unix:///var/run/containerd/containerd.sock"',
  (text) => absolutePath(text.replace(/^unix:\/\//, "")) === undefined,
);

/** kubeadm's name of a check, in any case: `Port-6443`, `all`. */
export const checkName = matching(
  "the name of a check",
  'write it as kubeadm prints it, for example "NumCPU"',
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
);

/** A login name. */
export const userName = matching(
  "a user name",
  'use letters, digits, "-", "_" and "."',
  /^[A-Za-z_][A-Za-z0-9_.-]*$/,
);

/** A path on the machine that synthesizes or runs Terraform. */
export const localPath = form(
  "a path",
  'write a path without quotes, backslashes, "${" and "%{"',
  (text) => text !== "" && !/["\\]|[$%]\{/.test(text),
);
