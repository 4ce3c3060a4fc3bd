/** etcd: exactly one form, and what is in it. Source: kubeadm's validation. */
import {
  badEndpointUrl,
  etcdForms,
  etcdHosts,
  httpWithFiles,
  needsCaFile,
  onlyTogether,
} from "../../errors";
import { type Findings, type IsToken, join } from "../issue";
import { parseAddress, parseHostPort } from "../network";
import type { EtcdProps, ExternalEtcdProps, LocalEtcdProps } from "../props";
import { checkArgs, checkEnvs } from "./component";
import {
  imageRepository,
  imageTag,
  isSubdomain,
  localPath,
  ownDirectory,
  subjectName,
} from "./syntax";
import { checkText, checkTexts, required, type TextRule } from "./text";

const FORMS = ["local", "hosts", "external"] as const;

/** The etcd of a cluster; `path` is where it stands in the props, "" for a construct of its own. */
export function* checkEtcd(path: string, etcd: EtcdProps, isToken: IsToken): Findings {
  const forms: Partial<Record<(typeof FORMS)[number], unknown>> = etcd;
  const given = FORMS.filter((form) => forms[form] !== undefined);
  if (given.length !== 1) yield { propPath: path || "props", message: etcdForms(given) };
  if ("hosts" in etcd) yield { propPath: join(path, "hosts"), message: etcdHosts() };
  if ("local" in etcd && etcd.local !== undefined) {
    yield* checkLocal(join(path, "local"), etcd.local, isToken);
  }
  if ("external" in etcd && etcd.external !== undefined) {
    yield* checkExternal(join(path, "external"), etcd.external, isToken);
  }
}

function* checkLocal(path: string, props: LocalEtcdProps, isToken: IsToken): Findings {
  const at = (field: string) => join(path, field);
  yield* checkText(at("dataDir"), props.dataDir, isToken, ownDirectory);
  yield* checkArgs(at("extraArgs"), props.extraArgs, isToken);
  yield* checkEnvs(at("extraEnvs"), props.extraEnvs, isToken);
  yield* checkText(at("imageRepository"), props.imageRepository, isToken, imageRepository);
  yield* checkText(at("imageTag"), props.imageTag, isToken, imageTag);
  yield* checkTexts(at("serverCertSANs"), props.serverCertSANs, isToken, subjectName);
  yield* checkTexts(at("peerCertSANs"), props.peerCertSANs, isToken, subjectName);
}

function* checkExternal(path: string, props: ExternalEtcdProps, isToken: IsToken): Findings {
  const at = (field: string) => join(path, field);
  const { caFile, certFile, keyFile } = props;
  const hasFiles = [caFile, certFile, keyFile].some((file) => file !== undefined);
  const endpoints = props.endpoints ?? [];
  yield* required(
    at("endpoints"),
    endpoints[0],
    'give at least one, for example "https://10.0.0.31:2379"',
  );
  yield* checkTexts(at("endpoints"), endpoints, isToken, endpointRule(hasFiles));
  for (const field of ["caFile", "certFile", "keyFile"] as const) {
    yield* checkText(at(field), props[field], isToken, localPath);
  }
  if (certFile !== undefined && keyFile === undefined) {
    yield { propPath: at("keyFile"), message: onlyTogether("certFile") };
  }
  if (certFile === undefined && keyFile !== undefined) {
    yield { propPath: at("certFile"), message: onlyTogether("keyFile") };
  }
  if (caFile === undefined && (certFile ?? keyFile) !== undefined) {
    yield { propPath: at("caFile"), message: needsCaFile() };
  }
}

function endpointRule(hasFiles: boolean): TextRule {
  return (text) => {
    const [, scheme, rest = ""] = /^(https?):\/\/(.*?)\/?$/.exec(text) ?? [];
    const host = parseHostPort(rest)?.host;
    if (host === undefined) return badEndpointUrl(text);
    if (parseAddress(host) === undefined && !isSubdomain(host)) return badEndpointUrl(text);
    return scheme === "http" && hasFiles ? httpWithFiles(text) : undefined;
  };
}
