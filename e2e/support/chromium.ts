import { programOnPath, whyNoProgram } from '@polygate/testkit';
import type { Browser, Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const executablePath = NAMES.map(programOnPath).find((found) => found !== undefined);

/** Why there is no story in a browser; undefined when there is one. */
export const whyNoChromium: string | undefined = executablePath === undefined ? whyNoProgram('chromium') : undefined;

/** A browser without a window. Its sandbox needs another account than root's. */
export async function launchChromium(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath: executablePath ?? '',
    args: [...sandbox, '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** What an expression is worth in a page, awaited: whatever the page's policy says of `eval`. */
export async function evaluate(page: Page, expression: string): Promise<unknown> {
  const session = await page.context().newCDPSession(page);
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression,
    returnByValue: true,
    awaitPromise: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  await session.detach();
  return result.value;
}
