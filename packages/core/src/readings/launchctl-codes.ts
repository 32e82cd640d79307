/** What a call of launchctl came to. */
export type LaunchctlState =
  | 'done'
  | 'not-loaded'
  | 'refused'
  | 'loaded'
  | 'draining'
  | 'usage'
  | 'no-domain'
  | 'disabled'
  | 'unsafe-file'
  | 'wrong-domain'
  | 'wrong-session'
  | 'unknown';

/** Exit statuses (texts of macOS 13 to 26); 5 stands for half a dozen causes, which `print` and `print-disabled` tell apart. */
const CODES: Readonly<Record<number, LaunchctlState>> = {
  0: 'done',
  3: 'not-loaded',
  5: 'refused',
  17: 'loaded',
  36: 'draining',
  37: 'draining',
  64: 'usage',
  112: 'no-domain',
  113: 'not-loaded',
  119: 'disabled',
  122: 'unsafe-file',
  125: 'wrong-domain',
  134: 'wrong-session',
};

const TEXTS: [LaunchctlState, RegExp][] = [
  ['not-loaded', /No such process|Could not find (specified )?service/],
  ['loaded', /File exists|service already loaded|already bootstrapped/],
  ['draining', /Operation (now|already) in progress/],
  ['no-domain', /Could not find domain/],
  ['disabled', /Service is disabled/],
  ['unsafe-file', /bad ownership\/permissions/],
  ['wrong-domain', /Domain does not support specified action/],
  ['wrong-session', /cannot load in requested session/],
  ['refused', /Input\/output error/],
];

/** The number counts first, also where it stands in the text alone; the words only where there is none that is known. */
export function launchctlState(code: number | undefined, text: string): LaunchctlState {
  const known = code === undefined ? undefined : CODES[code];
  if (known !== undefined) return known;
  const named = CODES[Number(/failed: (\d+):/.exec(text)?.[1])];
  return named ?? TEXTS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'unknown';
}

/** What is known of the job and its place, when launchd refuses something. */
export interface LaunchctlCase {
  label: string;
  /** `gui/501`, `user/501`, `system`. */
  domain: string;
  path: string;
  /** It is loaded, or on its way out; undefined: it could not be asked. */
  loaded?: boolean | undefined;
  disabled?: boolean | undefined;
}

/** What it means, in half a sentence. */
export function launchctlMeaning(state: LaunchctlState, { loaded, disabled, domain }: LaunchctlCase): string | undefined {
  switch (state) {
    case 'done':
    case 'unknown':
      return undefined;
    case 'not-loaded':
      return 'launchd does not have it';
    case 'refused':
      return disabled
        ? 'it is disabled'
        : loaded
          ? 'it is loaded already, or still on its way out'
          : 'launchd does not take the definition, or not its program, or not in this domain';
    case 'loaded':
      return 'it is loaded already';
    case 'draining':
      return 'it is still on its way out';
    case 'usage':
      return 'this launchctl does not know the command';
    case 'no-domain':
      return `there is no domain ${domain} now`;
    case 'disabled':
      return 'it is disabled';
    case 'unsafe-file':
      return 'others than its owner may write the definition, or it belongs to somebody else';
    case 'wrong-domain':
      return domain.startsWith('gui/') ? 'nobody is logged in at the screen' : `${domain} does not take it`;
    case 'wrong-session':
      return 'the definition is for another kind of login';
  }
}

/** The exact next step. */
export function launchctlAdvice(state: LaunchctlState, it: LaunchctlCase): string {
  const { domain, label, path, loaded, disabled } = it;
  const target = `${domain}/${label}`;
  const enable = `launchctl enable ${target}, then again`;
  switch (state) {
    case 'done':
      return 'nothing to do';
    case 'not-loaded':
      return `launchctl bootstrap ${domain} ${path}`;
    case 'refused':
      return disabled
        ? enable
        : loaded
          ? `launchctl bootout ${target}, wait for it to end, then again`
          : `plutil -lint ${path}; sudo launchctl bootstrap ${domain} ${path} says more`;
    case 'loaded':
      return `launchctl bootout ${target}, then again`;
    case 'draining':
      return 'wait for it to end, then again';
    case 'usage':
      return 'this needs macOS 10.10 or newer';
    case 'disabled':
      return enable;
    case 'unsafe-file':
      return `chmod 644 ${path}, and chown it to its account (root for a daemon)`;
    case 'no-domain':
    case 'wrong-domain':
      return 'log in at the screen, or install a service of the system, which needs nobody: --system';
    case 'wrong-session':
      return 'install it again from the login that it is for: gateway install --force';
    case 'unknown':
      return `launchctl print ${target}`;
  }
}
