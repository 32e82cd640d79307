import { parseWinsw } from '../formats/winsw-xml.ts';
import { childOf, parseXml, type XmlElement } from '../formats/xml.ts';
import type { AuditIssue } from '../gen/output.gen.ts';
import { portIssues, programIssues, secretIssues } from './audit-common.ts';
import { portOf } from './recognise.ts';

/** Every element that WinSW 2.11 knows. It reads over any other in silence. */
const KNOWN = new Set(
  'id name description executable hidewindow argument arguments startargument startarguments stopexecutable stopargument stoparguments workingdirectory logpath logname log logmode depend startmode delayedAutoStart beeponshutdown waithint sleeptime interactive env download onfailure resetfailure serviceaccount stoptimeout stopparentprocessfirst priority securityDescriptor extensions'.split(
    ' ',
  ),
);
const LOG_MODES = /^(append|reset|none|roll|rotate|roll-by-size|roll-by-size-time|roll-by-time)$/;
const DURATION = /^\d+ ?(ms|secs?|mins?|hours?|days?)$/;

/** What is wrong with a configuration, whoever wrote it. Never a value of a secret. */
export function winswIssues(text: string, configPort?: number): AuditIssue[] {
  const root = parseXml(text);
  const config = parseWinsw(text);
  if (!root || !config) return [issue('gateway-command-missing', 'The configuration runs nothing: it has no <executable>')];
  return [
    ...secretIssues(config.environment, 0, 'configuration'),
    ...winswPolicyIssues(root).map(({ code, says }) => issue(code, says)),
    ...programIssues(config.argv),
    ...portIssues(portOf(config.argv), configPort),
  ];
}

/** What of a configuration is not what it looks like (seen with 2.11.0; what 3.x does otherwise, by its documentation). */
export function winswPolicyIssues(root: XmlElement): { code: string; says: string }[] {
  const found: { code: string; says: string }[] = [];
  const say = (code: string, says: string) => found.push({ code, says });
  const all = (name: string) => root.children.filter((child) => child.name === name);
  for (const name of new Set(root.children.map((child) => child.name)))
    if (!KNOWN.has(name)) say('winsw-unknown-element', `<${name}> is unknown to WinSW 2.x, which reads over it`);
  if (childOf(root, 'delayedAutoStart')?.text.trim() === 'false')
    say('winsw-delayed-start', '<delayedAutoStart>false</delayedAutoStart> means true to WinSW 2.x');
  const account = childOf(root, 'serviceaccount');
  if (!account || !childOf(account, 'user'))
    say(
      'winsw-account',
      'It names no account as WinSW 2.x reads it: the gateway, and all it runs, may do anything on this machine',
    );
  if (childOf(account, 'password')) say('winsw-password', 'The password of an account stands in the configuration');
  const log = childOf(root, 'log');
  const mode = log?.attributes['mode'] ?? 'append';
  if (!LOG_MODES.test(mode)) say('winsw-log-mode', `The log mode ${mode} is unknown: it is installed, and fails at every start`);
  if (mode === 'roll-by-time' && !childOf(log, 'pattern'))
    say('winsw-log-mode', 'The log mode roll-by-time has no <pattern>: it is installed, and fails at every start');
  if (!all('onfailure').some(({ attributes }) => attributes['action'] === 'restart'))
    say('winsw-no-restart', 'It stays down once it has failed: there is no <onfailure action="restart">');
  const durations = [
    ...all('onfailure').map(({ attributes }) => attributes['delay']),
    ...['stoptimeout', 'resetfailure'].flatMap((name) => all(name).map(({ text }) => text)),
  ];
  for (const said of durations.filter((one) => one !== undefined && !DURATION.test(one.trim())))
    say('winsw-duration', `${JSON.stringify(said)} is no duration to WinSW, which fails to install it: write «20 sec»`);
  if (all('argument').some(({ text }) => text === '' || /"|\\$/.test(text)))
    say(
      'winsw-argument',
      'An <argument> is empty, or has a quote in it or a backslash at its end, and does not arrive as it is written',
    );
  return found;
}

const issue = (code: string, message: string): AuditIssue => ({ code, message, level: 'recommended' });
