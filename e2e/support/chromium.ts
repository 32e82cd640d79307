import { programOnPath, whyNoProgram } from '@polygate/testkit';
import type { Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const executablePath = NAMES.map(programOnPath).find((found) => found !== undefined);

/** Why there is no story in a browser; undefined when there is one. */
export const whyNoChromium: string | undefined = executablePath === undefined ? whyNoProgram('chromium') : undefined;

/** A browser without a window. Its sandbox needs another account than root's. */
export async function launchChromium(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: executablePath ?? '', args: [...sandbox, '--disable-gpu', '--disable-dev-shm-usage'] });
}
