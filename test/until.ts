/**
 * Waits for something to become true, and says what it was waiting for when it does not. A busy machine may take more than
 * ten seconds to start a process or a browser's page; a test has time for several such waits (`testTimeout`).
 */
export async function until(isTrue: () => boolean | Promise<boolean>, withinMs = 25_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`not true within ${withinMs} ms: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
