/** Waiting by asking. */

/** Lets some time pass. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds));

/**
 * Asks again and again until the answer is yes.
 *
 * @throws Error that names what was awaited, after the limit; with `detail()` if it is given
 */
export async function waitUntil(
  what: string,
  limitSeconds: number,
  isTrue: () => Promise<boolean>,
  detail: () => string | Promise<string> = () => "",
): Promise<void> {
  const end = Date.now() + limitSeconds * 1000;
  while (!(await isTrue())) {
    if (Date.now() > end) {
      throw new Error(`waited ${limitSeconds} s for ${what}\n${await detail()}`.trimEnd());
    }
    await pause(100);
  }
}
