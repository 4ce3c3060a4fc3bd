/** Before the first end-to-end test and after the last: the lab, and how much memory all of it took. */
import { readFileSync } from "node:fs";
import * as lab from "../../lab/lab";

const SAMPLE_MILLISECONDS = 1000;

const availableMib = (): number =>
  Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) / 1024;

/** Prepares the lab; what it returns runs at the end. */
export default async function setup(): Promise<() => void> {
  await lab.prepare((line) => console.log(line));
  const before = availableMib();
  const began = Date.now();
  let lowest = before;
  const timer = setInterval(() => {
    lowest = Math.min(lowest, availableMib());
  }, SAMPLE_MILLISECONDS);
  return () => {
    clearInterval(timer);
    const seconds = Math.round((Date.now() - began) / 1000);
    const gib = ((before - lowest) / 1024).toFixed(1);
    console.log(`end-to-end tests: ${seconds} s, at most ${gib} GiB of memory more than before`);
  };
}
