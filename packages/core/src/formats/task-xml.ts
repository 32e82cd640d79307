import { childOf, element, parseXml, renderXml, textOf, type XmlElement } from './xml.ts';

/** A task of the Task Scheduler (schema 1.2), as far as a service needs it. */
export interface Task {
  description: string;
  author: string;
  triggers: TaskTrigger[];
  principal: { userId: string | undefined; logonType: string | undefined; runLevel: string | undefined };
  /** By name; one in another is `RestartOnFailure.Interval`. */
  settings: Record<string, string>;
  actions: TaskAction[];
}

export interface TaskTrigger {
  /** `LogonTrigger`, `BootTrigger`, … */
  kind: string;
  /** Whose logon; undefined: anybody's. */
  userId: string | undefined;
  enabled: boolean;
}

export interface TaskAction {
  command: string;
  arguments: string;
  workingDirectory: string;
}

const NAMESPACE = 'http://schemas.microsoft.com/windows/2004/02/mit/task';
const PRINCIPAL = 'Author';
/** The text is written in UTF-16 with its mark: UTF-8 under this declaration is «malformed» to schtasks, and so is the mark of UTF-8. */
const DECLARATION = '\ufeff<?xml version="1.0" encoding="UTF-16"?>';

/** The text of a task, which begins with the mark of its encoding. Inverse: parseTask. @throws Problem VALUE_UNQUOTABLE */
export function renderTask({ description, author, triggers, principal, settings, actions }: Task): string {
  const root = element(
    'Task',
    [
      element('RegistrationInfo', [element('Author', author), element('Description', description)]),
      element('Triggers', triggers.map(triggerElement)),
      element('Principals', [
        element(
          'Principal',
          optional({ UserId: principal.userId, LogonType: principal.logonType, RunLevel: principal.runLevel }),
          {
            id: PRINCIPAL,
          },
        ),
      ]),
      element('Settings', settingElements(settings)),
      element('Actions', actions.map(actionElement), { Context: PRINCIPAL }),
    ],
    { version: '1.2', xmlns: NAMESPACE },
  );
  return renderXml(root, DECLARATION);
}

/** In the order of the schema: Windows reads any, its own export has another. */
const triggerElement = ({ kind, userId, enabled }: TaskTrigger) =>
  element(kind, optional({ Enabled: String(enabled), UserId: userId }));

const actionElement = ({ command, arguments: words, workingDirectory }: TaskAction) =>
  element('Exec', [
    element('Command', command),
    ...optional({ Arguments: words || undefined, WorkingDirectory: workingDirectory || undefined }),
  ]);

const optional = (values: Record<string, string | undefined>): XmlElement[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [element(name, value)]));

function settingElements(settings: Readonly<Record<string, string>>): XmlElement[] {
  const elements: XmlElement[] = [];
  for (const [path, value] of Object.entries(settings)) {
    const [name = '', inner] = path.split('.');
    if (inner === undefined) {
      elements.push(element(name, value));
      continue;
    }
    let group = elements.find((one) => one.name === name);
    if (!group) {
      group = element(name, []);
      elements.push(group);
    }
    group.children.push(element(inner, value));
  }
  return elements;
}

/** Reads a task, in any order of its parts. undefined for what is not a well-formed task with an action. */
export function parseTask(source: string): Task | undefined {
  const root = parseXml(source);
  if (root?.name !== 'Task' || root.attributes['xmlns'] !== NAMESPACE) return undefined;
  const actions = (childOf(root, 'Actions')?.children ?? []).filter(({ name }) => name === 'Exec').map(actionIn);
  if (actions.length === 0) return undefined;
  const about = childOf(root, 'RegistrationInfo');
  const principal = childOf(childOf(root, 'Principals'), 'Principal');
  return {
    description: textOf(about, 'Description') ?? '',
    author: textOf(about, 'Author') ?? '',
    triggers: (childOf(root, 'Triggers')?.children ?? []).map(triggerIn),
    principal: {
      // A group stands for whoever of it logs on.
      userId: textOf(principal, 'UserId') ?? textOf(principal, 'GroupId'),
      logonType: textOf(principal, 'LogonType'),
      runLevel: textOf(principal, 'RunLevel'),
    },
    settings: settingsIn(childOf(root, 'Settings')),
    actions,
  };
}

const triggerIn = (trigger: XmlElement): TaskTrigger => ({
  kind: trigger.name,
  userId: textOf(trigger, 'UserId'),
  enabled: textOf(trigger, 'Enabled') !== 'false',
});

const actionIn = (exec: XmlElement): TaskAction => ({
  command: textOf(exec, 'Command') ?? '',
  arguments: textOf(exec, 'Arguments') ?? '',
  workingDirectory: textOf(exec, 'WorkingDirectory') ?? '',
});

const settingsIn = (settings: XmlElement | undefined): Record<string, string> =>
  Object.fromEntries(
    (settings?.children ?? []).flatMap(({ name, text, children }) =>
      children.length > 0 ? children.map((inner) => [`${name}.${inner.name}`, inner.text]) : [[name, text]],
    ),
  );
