# A host that has the programs of Kubernetes already, for measurements and fast tests.
ARG BASE
FROM ${BASE}
COPY kubelet kubeadm kubectl /usr/bin/
