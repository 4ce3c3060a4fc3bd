/** Tells the reader what the lab is doing, at least every ten seconds. */

/** Takes one line of progress. */
export type Log = (line: string) => void;

const HEARTBEAT_MILLISECONDS = 10_000;

/** Text of a duration. Unit of the value: milliseconds. Shape of the text: `0.4 s`, `42 s`, `3 min 07 s` */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Runs tasks, also side by side, and logs when each begins and ends and which are still running. */
export class Progress {
  private readonly running = new Map<string, number>();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(private readonly log: Log) {}

  /** Runs a task under a title. What it throws is thrown on, with the title logged. */
  async task<T>(title: string, work: () => Promise<T>): Promise<T> {
    const start = Date.now();
    this.log(`${title} …`);
    this.running.set(title, start);
    this.heartbeat ??= setInterval(() => this.beat(), HEARTBEAT_MILLISECONDS);
    try {
      const value = await work();
      this.log(`${title}: done in ${formatDuration(Date.now() - start)}`);
      return value;
    } catch (error) {
      this.log(`${title}: failed after ${formatDuration(Date.now() - start)}`);
      throw error;
    } finally {
      this.running.delete(title);
      if (this.running.size === 0) {
        clearInterval(this.heartbeat);
        this.heartbeat = undefined;
      }
    }
  }

  private beat(): void {
    const now = Date.now();
    const parts = [...this.running].map(
      ([title, start]) => `${title} (${formatDuration(now - start)})`,
    );
    this.log(`  still running: ${parts.join(", ")}`);
  }
}
