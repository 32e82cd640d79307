import { EXIT } from '../exit-codes.ts';
import type { Entries } from './entry.ts';
import { describeHolders, type HolderInfo } from './words.ts';

/** Browsers and their profiles. Only what deals with browsers loads these (browser-problem.ts). */
export interface BrowserParams {
  CDP_PORTS_EXHAUSTED: { first: number; last: number };
  BROWSER_PROFILE_NAME_INVALID: { name: string };
  BROWSER_PROFILE_UNKNOWN: { profile: string; instance: string; known: string[] };
  BROWSER_PROFILE_KEPT: { profile: string; instance: string; reason: string };
  BROWSER_NOT_FOUND: { looked: string[]; configured?: string | undefined };
  BROWSER_SANDBOX: { program: string; reason: string };
  BROWSER_NO_DISPLAY: { program: string; reason: string };
  BROWSER_START_FAILED: { program: string; reason: string };
  BROWSER_KEEPS_CRASHING: { profile: string; times: number; reason: string; retryAfterMs: number };
  BROWSER_PROFILE_IN_USE: { profile: string; pid: number; host: string; lock: string };
  BROWSER_UNREACHABLE: { profile: string; url: string; reason: string };
  BROWSER_ATTACH_ONLY: { profile: string; url: string };
  BROWSER_GONE: { profile: string; reason: string };
  BROWSER_TIMEOUT: { what: string; ms: number };
  BROWSER_URL_REFUSED: { url: string };
  BROWSER_TAB_UNKNOWN: { profile: string; targetId?: string | undefined };
  BROWSER_PAGE_FAILED: { url: string; reason: string };
  BROWSER_PAGE_CRASHED: { url: string };
  BROWSER_DISABLED: { by: string };
  BROWSER_CONTROL_CLOSED: { url: string };
  BROWSER_CONTROL_FOREIGN: { port: number; holders: HolderInfo[] };
  BROWSER_CONTROL_REFUSED: { url: string; message: string };
}

export const browserEntries: Entries<BrowserParams> = {
  CDP_PORTS_EXHAUSTED: {
    exit: EXIT.failed,
    message: (p) => `no free CDP port between ${p.first} and ${p.last}`,
    hint: (_, command) =>
      `see what holds them: ${command} ports; remove a browser profile: ${command} browser profiles remove NAME`,
  },
  BROWSER_PROFILE_NAME_INVALID: {
    exit: EXIT.usage,
    message: (p) => `${JSON.stringify(p.name)} cannot be the name of a browser profile`,
    hint: () => 'use 1 to 64 lower-case letters, digits and "-", starting with a letter or digit',
  },
  BROWSER_PROFILE_UNKNOWN: {
    exit: EXIT.usage,
    message: (p) =>
      `${p.instance} has no browser profile ${JSON.stringify(p.profile)} (${p.known.length > 0 ? p.known.join(', ') : 'it has none'})`,
    hint: (_, command) => `${command} browser profiles list`,
  },
  BROWSER_PROFILE_KEPT: {
    exit: EXIT.failed,
    message: (p) => `browser profile ${p.profile} of ${p.instance} is not removed: ${p.reason}`,
    hint: (_, command) => `${command} browser profiles list`,
  },
  BROWSER_NOT_FOUND: {
    exit: EXIT.failed,
    message: (p) =>
      p.configured === undefined
        ? `no browser of the Chromium family is installed (looked for ${p.looked.join(', ')})`
        : `browser.executablePath is no program: ${p.configured}`,
    hint: (_, command) =>
      `install one (on Debian: apt install chromium), or say where it is: ${command} config set browser.executablePath PATH`,
  },
  BROWSER_SANDBOX: {
    exit: EXIT.failed,
    message: (p) => `${p.program} cannot use its sandbox: ${p.reason}`,
    hint: (_, command) =>
      `run the gateway as an account that is not root, or have browsers start without it: ${command} config set browser.noSandbox true`,
  },
  BROWSER_NO_DISPLAY: {
    exit: EXIT.failed,
    message: (p) => `${p.program} has no display to open a window on: ${p.reason}`,
    hint: (_, command) => `have browsers start without a window: ${command} config set browser.headless true`,
  },
  BROWSER_START_FAILED: {
    exit: EXIT.failed,
    message: (p) => `${p.program} did not start: ${p.reason}`,
    hint: (_, command) => `${command} browser status; what it printed is in ${command} logs`,
  },
  BROWSER_KEEPS_CRASHING: {
    exit: EXIT.tempFail,
    message: (p) => `the browser of profile ${p.profile} ended ${p.times} times in a short while, last: ${p.reason}`,
    hint: (p, command) =>
      `it is left alone for ${Math.ceil(p.retryAfterMs / 1_000)} s; to start it all the same: ${command} browser start`,
  },
  BROWSER_PROFILE_IN_USE: {
    exit: EXIT.failed,
    message: (p) =>
      `the data of browser profile ${p.profile} is in use by a browser that cannot be looked at from here: pid ${p.pid} on ${p.host}`,
    hint: (p) => `end that browser; when it is gone for certain, remove ${p.lock}`,
  },
  BROWSER_UNREACHABLE: {
    exit: EXIT.unavailable,
    message: (p) => `no browser answers for profile ${p.profile} at ${p.url}: ${p.reason}`,
    hint: (p, command) =>
      `start it there with --remote-debugging-port, or change browser.profiles.${p.profile}.cdpUrl: ${command} config set`,
  },
  BROWSER_ATTACH_ONLY: {
    exit: EXIT.failed,
    message: (p) =>
      `no browser runs for profile ${p.profile} at ${p.url}, and browser.attachOnly says that none is to be started`,
    hint: (_, command) => `start one yourself on that port, or: ${command} config set browser.attachOnly false`,
  },
  BROWSER_GONE: {
    exit: EXIT.tempFail,
    message: (p) => `the browser of profile ${p.profile} went away meanwhile: ${p.reason}`,
    hint: () => 'try again: it is started anew when it is needed',
  },
  BROWSER_TIMEOUT: {
    exit: EXIT.unavailable,
    message: (p) => `${p.what} took longer than ${p.ms} ms`,
    hint: (_, command) => `try again, or start the browser anew: ${command} browser stop`,
  },
  BROWSER_URL_REFUSED: {
    exit: EXIT.usage,
    message: (p) => `browsers are not sent to ${p.url}`,
    hint: () => 'give an address that begins with http:// or https://, or about:blank',
  },
  BROWSER_TAB_UNKNOWN: {
    exit: EXIT.failed,
    message: (p) =>
      p.targetId === undefined
        ? `the browser of profile ${p.profile} has no tab open`
        : `the browser of profile ${p.profile} has no tab ${p.targetId}`,
    hint: (p, command) => `${command} browser ${p.targetId === undefined ? 'open URL' : 'tabs'}`,
  },
  BROWSER_PAGE_FAILED: {
    exit: EXIT.failed,
    message: (p) => `the browser could not show ${p.url}: ${p.reason}`,
    hint: () => 'check the address; the tab stays open',
  },
  BROWSER_PAGE_CRASHED: {
    exit: EXIT.failed,
    message: (p) => `the page ${p.url} crashed`,
    hint: (_, command) => `open it again: ${command} browser open URL`,
  },
  BROWSER_DISABLED: {
    exit: EXIT.failed,
    message: (p) => `this gateway controls no browser: ${p.by}`,
    hint: (p, command) =>
      p.by.startsWith('browser.enabled')
        ? `have it do so: ${command} config set browser.enabled true`
        : `change that, then: ${command} gateway restart`,
  },
  BROWSER_CONTROL_CLOSED: {
    exit: EXIT.unavailable,
    message: (p) => `the gateway runs, and nothing listens at its browser control address ${p.url}`,
    hint: (_, command) => `${command} browser status; what kept it from listening is in ${command} logs`,
  },
  BROWSER_CONTROL_FOREIGN: {
    exit: EXIT.failed,
    message: (p) =>
      `port ${p.port} (browser control) is held by ${describeHolders(p.holders)}, which is not the gateway: it was told nothing`,
    hint: (_, command) => `stop that process, then: ${command} gateway restart`,
  },
  BROWSER_CONTROL_REFUSED: {
    exit: EXIT.failed,
    message: (p) => `the browser control server at ${p.url} refused: ${p.message}`,
    hint: (_, command) => `${command} browser status`,
  },
};
