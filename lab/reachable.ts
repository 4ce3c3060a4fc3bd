/** Which official places this machine can reach. */

const LIMIT_MILLISECONDS = 3000;

/** Tells whether a web server answers within three seconds, whatever it says. */
export async function isReachable(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(LIMIT_MILLISECONDS);
    const answer = await fetch(url, { method: "HEAD", redirect: "manual", signal });
    return answer.status < 500;
  } catch {
    return false;
  }
}

/** Tells whether Kubernetes programs and images can be had from where they are published. */
export async function isKubernetesReachable(): Promise<boolean> {
  const answers = await Promise.all(
    ["https://dl.k8s.io/release/stable.txt", "https://registry.k8s.io/v2/"].map(isReachable),
  );
  return answers.every(Boolean);
}
