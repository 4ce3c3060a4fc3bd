/** What a run of Terraform says, taken apart. */

/** A step that failed, as its reader sees it. */
export interface FailedStep {
  /** Name of the resource without its type, for example `cp-1_run`. */
  readonly step: string;
  /** Exit status of the step on the host; undefined when the host was not reached. */
  readonly status: number | undefined;
  /** The last line that the step printed; empty when it printed none. */
  readonly lastLine: string;
}

/** How a run of Terraform ended. */
export interface Outcome {
  readonly code: number;
  readonly seconds: number;
  /** Everything that was printed, without colours. */
  readonly output: string;
}

/** Names of the resources whose creation began, in order, without their type. */
export function createdSteps({ output }: Outcome): string[] {
  const lines = output.matchAll(/^null_resource\.(.+?): Creating\.\.\.$/gm);
  return [...lines].map((match) => match[1] ?? "");
}

/** Names of the resources whose destruction began, in order, without their type. */
export function destroyedSteps({ output }: Outcome): string[] {
  const lines = output.matchAll(
    /^null_resource\.(.+?)(?: \(deposed object .+?\))?: Destroying\.\.\./gm,
  );
  return [...lines].map((match) => match[1] ?? "");
}

/** What failed, in the order in which Terraform tells it. */
export function failedSteps({ output }: Outcome): FailedStep[] {
  return errorsOf(output).map((error) => {
    const step = /^ {2}with null_resource\.(.+?),$/m.exec(error)?.[1] ?? "";
    const status = /exited\s+with\s+status\s+(\d+)/.exec(error)?.[1];
    return {
      step,
      status: status === undefined ? undefined : Number(status),
      lastLine: linesOf(output, step).at(-1) ?? "",
    };
  });
}

const errorsOf = (output: string): string[] => output.split(/^Error: /m).slice(1);

/** What a step printed on its host. */
export function linesOf(output: string, step: string): string[] {
  const head = `null_resource.${step} (remote-exec): `;
  const plain = output.split("\n").filter((line) => line.startsWith(head));
  return plain.map((line) => line.slice(head.length).trimEnd()).filter((line) => line !== "");
}

/** What matters of a run that went wrong: its errors, and the last lines of the steps that failed. */
export function explain(outcome: Outcome): string {
  const errors = errorsOf(outcome.output).join("\n");
  const steps = failedSteps(outcome).map(({ step }) =>
    [`${step}:`, ...linesOf(outcome.output, step).slice(-10)].join("\n  "),
  );
  return [`exit code ${outcome.code}`, errors.trim(), ...steps].join("\n");
}
