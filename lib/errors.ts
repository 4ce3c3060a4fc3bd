/**
 * The texts of everything that can be wrong with props: cause, value in quotes as the user wrote it, and repair. Most
 * return the message of an issue, without its paths; those that end in `Error` are thrown.
 */
export * from "./errors/cluster";
export * from "./errors/host";
export * from "./errors/network";
export * from "./errors/thrown";
export * from "./errors/value";
