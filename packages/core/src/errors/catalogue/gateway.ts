import { EXIT } from '../exit-codes.ts';
import type { Entries } from './entry.ts';

/** What was named is nothing, or too much, of what a gateway knows. */
interface Unknown {
  what: string;
  given: string;
  found: number;
  list: string;
}

/** A gateway that runs, or should. */
export interface GatewayParams {
  DEVICE_UNKNOWN: Unknown;
  NODE_UNKNOWN: Unknown;
  LOCK_HELD: { what: string; holder: string; pid?: number | undefined };
  GATEWAY_ALREADY_RUNNING: { stateDir: string; pid: number; port?: number; by: 'state directory' | 'config file' };
  GATEWAY_STILL_RUNNING: { pid: number; port: number };
  GATEWAY_NOT_RUNNING: { url: string; explicit?: boolean };
  GATEWAY_UNREACHABLE: { url: string; reason: string };
  GATEWAY_STARTING: { url: string; retryAfterMs: number };
  GATEWAY_UNAUTHORIZED: { url: string; reason: string };
  GATEWAY_PROTOCOL_MISMATCH: { url: string; reason: string };
  NOT_LINKED: { message: string };
  AGENT_TIMEOUT: { message: string };
  GATEWAY_REFUSED: { method: string; code: string; message: string; details?: unknown };
}

export const gatewayEntries: Entries<GatewayParams> = {
  LOCK_HELD: {
    exit: EXIT.tempFail,
    message: (p) => `${p.what} is locked by ${p.holder}`,
    hint: () => 'wait for the other command to end and try again',
  },
  GATEWAY_ALREADY_RUNNING: {
    exit: EXIT.tempFail,
    message: (p) => `a gateway already runs on this ${p.by} (${p.stateDir}): pid ${p.pid}${p.port ? `, port ${p.port}` : ''}`,
    hint: (_, command) => `${command} gateway status; stop it first with ${command} gateway stop`,
  },
  GATEWAY_STILL_RUNNING: {
    exit: EXIT.failed,
    message: (p) => `no service runs it, but a gateway of this profile is up: pid ${p.pid}, port ${p.port}`,
    hint: (_, command) => `end it where it was started, or with ${command} gateway stop --force`,
  },
  GATEWAY_NOT_RUNNING: {
    exit: EXIT.notRunning,
    message: (p) => `no gateway is running at ${p.url}`,
    hint: (p, command) =>
      p.explicit
        ? 'check the address given with --url, and that a gateway runs there'
        : `${command} gateway start, or in the foreground: ${command} gateway`,
  },
  GATEWAY_UNREACHABLE: {
    exit: EXIT.unavailable,
    message: (p) => `no answer from a gateway at ${p.url}: ${p.reason}`,
    hint: (_, command) => `${command} gateway status --deep`,
  },
  GATEWAY_STARTING: {
    exit: EXIT.tempFail,
    message: (p) => `the gateway at ${p.url} is still starting`,
    hint: (p) => `try again in ${Math.ceil(p.retryAfterMs / 1000)} s`,
  },
  GATEWAY_UNAUTHORIZED: {
    exit: EXIT.noPermission,
    message: (p) => `the gateway at ${p.url} refused the secret: ${p.reason}`,
    hint: () => "pass the right one with --token, or compare gateway.auth.token with the running gateway's config",
  },
  GATEWAY_PROTOCOL_MISMATCH: {
    exit: EXIT.unavailable,
    message: (p) => `the gateway at ${p.url} speaks another protocol: ${p.reason}`,
    hint: () => 'use the polygate and the gateway of the same generation',
  },
  NOT_LINKED: {
    exit: EXIT.unavailable,
    message: (p) => p.message,
    hint: (_, command) => `${command} channels status`,
  },
  AGENT_TIMEOUT: {
    exit: EXIT.tempFail,
    message: (p) => p.message,
    hint: () => 'try again, with a longer --timeout (seconds)',
  },
  GATEWAY_REFUSED: {
    exit: EXIT.failed,
    message: (p) => `${p.method}: ${p.code}: ${p.message}`,
    hint: (_, command) => `${command} logs`,
  },
  DEVICE_UNKNOWN: { exit: EXIT.usage, message: whichOne, hint: (p) => p.list },
  NODE_UNKNOWN: { exit: EXIT.usage, message: whichOne, hint: (p) => p.list },
};

function whichOne({ what, given, found }: Unknown): string {
  if (found > 1) return `${found} ${what}s are meant by ${JSON.stringify(given)}: name one of them`;
  return `there is no ${what} ${given === '' ? 'that waits' : JSON.stringify(given)}`;
}
