import { Problem } from '../errors/problem.ts';
import { quoteCommandLine, refuseUnwritable, refuseVariableName, splitCommandLine } from './windows-values.ts';
import { childOf, element, parseXml, renderXml, textOf, type XmlElement } from './xml.ts';

/** The configuration of a service that WinSW runs (2.11, and 3.x as far as both agree). */
export interface WinswConfig {
  id: string;
  name: string;
  description: string;
  argv: string[];
  workingDirectory: string;
  environment: Record<string, string>;
  /** Folder of its logs. */
  logPath: string;
  /** `DOMAIN\user`; undefined: the system itself. */
  account: string | undefined;
  /** Everything else: `stoptimeout`, `log.mode`, `log.keepFiles`. */
  settings: Record<string, string>;
  /** How long to wait before each start after a failure; the last one repeats. */
  restartDelays: string[];
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

/**
 * The text of a configuration. Every name in it is one that WinSW 2.11 knows: it reads over the others in silence.
 * Inverse: parseWinsw. @throws Problem VALUE_UNQUOTABLE
 */
export function renderWinsw(config: WinswConfig): string {
  const { id, name, description, argv, workingDirectory, environment, logPath, account, settings, restartDelays } = config;
  const [program = '', ...words] = argv;
  const value = (what: string, text: string) => element(what, unexpanded(text, `<${what}>`));
  const root = element('service', [
    value('id', id),
    value('name', name),
    value('description', description),
    value('executable', program),
    // Not one <argument> each: 2.11 escapes neither a quote nor a backslash at the end, and drops an empty one.
    ...(words.length === 0 ? [] : [value('arguments', quoteCommandLine(['', ...words]).slice(3))]),
    value('workingdirectory', workingDirectory),
    ...Object.entries(environment).map(([key, text]) => {
      refuseVariableName(key);
      return element('env', '', { name: key, value: unexpanded(text, `the value of ${key}`) });
    }),
    value('logpath', logPath),
    ...settingElements(settings),
    ...restartDelays.map((delay) => element('onfailure', '', { action: 'restart', delay })),
    ...(account === undefined ? [] : [accountElement(account)]),
  ]);
  return renderXml(root, DECLARATION);
}

/** 2.x reads these; a <username> of 3.x would be read over, and the service would run as the system. */
function accountElement(account: string): XmlElement {
  const at = account.indexOf('\\');
  const [domain, user] = at < 0 ? ['.', account] : [account.slice(0, at), account.slice(at + 1)];
  return element('serviceaccount', [
    element('domain', unexpanded(domain, 'the account')),
    element('user', unexpanded(user, 'the account')),
    element('allowservicelogon', 'true'),
  ]);
}

/** WinSW puts variables in place of `%NAME%` everywhere, and has no way to write a percent sign that stays one. */
function unexpanded(text: string, what: string): string {
  refuseUnwritable(text, what);
  if (/%[^%]+%/.test(text))
    throw new Problem('VALUE_UNQUOTABLE', {
      what,
      reason: 'WinSW puts a variable in place of what stands between two percent signs',
    });
  if (text !== text.trim()) throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'it begins or ends with a blank' });
  return text;
}

/** `log.mode` is an attribute of `<log>`, `log.keepFiles` an element in it; any other is an element. */
function settingElements(settings: Readonly<Record<string, string>>): XmlElement[] {
  const elements: XmlElement[] = [];
  for (const [path, value] of Object.entries(settings)) {
    const [name = '', inner] = path.split('.');
    if (inner === undefined) elements.push(element(name, value));
    else if (inner === 'mode') elements.push(element(name, [], { mode: value }));
    else elements.find((one) => one.name === name)?.children.push(element(inner, value));
  }
  return elements;
}

const OTHERS = new Set([
  ...['id', 'name', 'description', 'executable', 'arguments', 'argument', 'workingdirectory', 'env', 'logpath'],
  ...['onfailure', 'serviceaccount'],
]);

/** Reads a configuration, whoever wrote it. undefined for what is not well-formed, or runs nothing. */
export function parseWinsw(source: string): WinswConfig | undefined {
  const root = parseXml(source);
  const program = textOf(root, 'executable');
  if (!root || program === undefined || program === '') return undefined;
  const at = (name: string) => textOf(root, name) ?? '';
  const all = (name: string) => root.children.filter((child) => child.name === name);
  const single = all('argument').map(({ text }) => text);
  return {
    id: at('id'),
    name: at('name'),
    description: at('description'),
    argv: [program, ...(single.length > 0 ? single : splitCommandLine(at('arguments')))],
    workingDirectory: at('workingdirectory'),
    environment: Object.fromEntries(all('env').map(({ attributes: { name = '', value = '' } }) => [name, value])),
    logPath: at('logpath'),
    account: accountIn(childOf(root, 'serviceaccount')),
    settings: Object.fromEntries(root.children.filter(({ name }) => !OTHERS.has(name)).flatMap(settingIn)),
    restartDelays: all('onfailure').flatMap(({ attributes: { action, delay = '' } }) => (action === 'restart' ? [delay] : [])),
  };
}

function settingIn({ name, attributes: { mode }, children, text }: XmlElement): [string, string][] {
  const inner = children.map((child): [string, string] => [`${name}.${child.name}`, child.text]);
  if (mode !== undefined) return [[`${name}.mode`, mode], ...inner];
  return inner.length > 0 ? inner : [[name, text]];
}

function accountIn(account: XmlElement | undefined): string | undefined {
  const [domain, user] = [textOf(account, 'domain'), textOf(account, 'user')];
  if (user === undefined || user === '') return undefined;
  return domain === undefined || domain === '.' ? user : `${domain}\\${user}`;
}
