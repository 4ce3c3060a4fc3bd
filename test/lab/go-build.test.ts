import { expect, test } from "vitest";
import { kubernetesModule } from "../../lab/go-build";

test("staging modules of Kubernetes are taken from their own releases", () => {
  const upstream = `module k8s.io/kubernetes

go 1.26.0

godebug default=go1.26

require (
	k8s.io/api v0.0.0
	k8s.io/utils v0.0.0-20260101000000-000000000000
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/sample-cli-plugin => ./staging/src/k8s.io/sample-cli-plugin
)
`;

  const module = kubernetesModule(upstream, "1.36.3");

  expect(module).toBe(`module lab
go 1.26.0
godebug default=go1.26
require k8s.io/kubernetes v1.36.3
replace k8s.io/api => k8s.io/api v0.36.3
replace k8s.io/sample-cli-plugin => k8s.io/sample-cli-plugin v0.36.3
`);
});
