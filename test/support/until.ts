/** Waiting for a condition instead of sleeping. */

const POLL_MS = 5;

/**
 * Resolves with the first truthy answer of `condition`. Rejects, naming `what`, when there is none within
 * `timeoutMs`; what the condition throws on the way counts as "not yet" and is the rejection's cause.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 45_000,
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer) return answer as Exclude<T, false | null | undefined | 0 | ''>;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms in vain until ${what}`, { cause: lastError });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
