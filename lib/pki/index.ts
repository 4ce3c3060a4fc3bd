/** The key directory of a cluster. The only place that touches keys. */
export { PkiError } from "./findings";
export { readFounders } from "./founders";
export { openPki, type Pki, type PkiRequest } from "./pki";
