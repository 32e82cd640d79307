import type { TSchema } from 'typebox';
import { ORIGINS } from '../../instance/origin.ts';
import { FINDINGS } from '../../ports/findings.ts';
import { derivedPort, document, type Fields, flag, list, mapOf, oneOf, orNull, port, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

const holder: Fields = {
  port: port(),
  address: text(),
  'pid?': whole(),
  'command?': text('Command line; secrets are masked'),
  'user?': text(),
};
const CANNOT_TELL = 'null: this system cannot tell';

/** What the commands about ports and browser profiles print. */
export const portShapes: Record<string, TSchema> = {
  PortsDocument: document(
    {
      ...done,
      ephemeral: ref('PortRange', 'From which the system takes ports for outgoing connections'),
      instances: list(ref('PortsRow')),
      findings: list(ref('PortFinding'), 'Conflicts first'),
    },
    'The map of all ports of this account',
  ),
  PortsRow: shape(
    {
      id: text('`product/profile`, the name that commands take'),
      product: text(),
      profile: text(),
      stateDir: text('Absolute path'),
      ports: ref('InstancePorts'),
      soft: list(ref('SoftPort'), 'Ports that only some versions of the product bind'),
      origins: ref('PortOrigins', 'What set each port'),
      pid: orNull(whole(), 'The gateway that runs on it, verified; null when none does'),
      listeners: orNull(list(ref('InstanceListener')), CANNOT_TELL),
    },
    'The ports of one instance',
  ),
  PortRange: shape({ first: derivedPort(), last: derivedPort() }, 'Both ends included'),
  PortOrigins: shape({
    gateway: ref('SetBy'),
    browserControl: ref('SetBy'),
    canvas: ref('SetBy'),
    cdp: mapOf(ref('SetBy'), 'By browser profile'),
  }),
  SetBy: shape({ origin: oneOf(ORIGINS, 'Strongest first'), source: text('The option, variable or key that set it') }),
  PortHolder: shape(holder, 'Who listens on a port'),
  InstanceListener: shape(
    {
      ...holder,
      use: text('What the instance has the port for'),
      own: flag('It is the gateway of this very instance, as far as that can be told'),
    },
    'Who listens on a port of an instance',
  ),
  PortFinding: shape(
    {
      level: oneOf(
        ['conflict', 'warning'],
        '`conflict`: two would bind one port, so one of them cannot start. `warning`: it works, and `message` says how it may stop working',
      ),
      code: oneOf(Object.keys(FINDINGS), 'Stable: scripts may match on it'),
      instance: text('The instance that it is about, `product/profile`'),
      'port?': derivedPort(),
      'other?': text('The other instance, where there is one'),
      message: text(),
      hint: text('What to do'),
    },
    'Something to be said about the ports of an instance',
  ),
  PortsCheckDocument: document({
    ...done,
    clear: flag('Nothing was found'),
    conflict: flag('Two would bind one port: the exit code is 1'),
    checked: list(text(), 'Names of the instances that were looked at'),
    findings: list(ref('PortFinding'), 'Conflicts first'),
  }),
  PortSuggestionDocument: document({
    ...done,
    product: text(),
    port: port('A base port whose whole footprint is clear now; it is not leased'),
    ports: ref('InstancePorts', 'That follow from it'),
  }),
  PortsFreedDocument: document({
    ...done,
    freed: list(ref('FreedPort'), 'Empty: nothing is leased there'),
    listeners: orNull(list(ref('PortHolder')), 'Who listens on the port all the same; null: not asked, or it cannot be told'),
  }),
  FreedPort: shape({ port: derivedPort(), use: text(), owner: text('The instance that had it, `product/profile`') }),
  BrowserProfilesDocument: document({
    ...done,
    instance: ref('InstanceDocument'),
    band: ref('PortRange', 'That CDP ports of the instance come from'),
    profiles: list(ref('BrowserProfileRow')),
  }),
  BrowserProfileRow: shape({
    name: text('Name of the browser profile'),
    port: orNull(derivedPort('CDP port'), 'null: its browser is elsewhere'),
    origin: orNull(oneOf(ORIGINS)),
    source: orNull(text('What set the port')),
    listeners: orNull(list(ref('PortHolder')), CANNOT_TELL),
  }),
  BrowserProfileChangeDocument: document({
    ...done,
    result: oneOf(['created', 'removed', 'unchanged']),
    instance: ref('InstanceDocument', 'As it is now'),
    profile: ref('ChangedBrowserProfile'),
  }),
  ChangedBrowserProfile: shape({
    name: text(),
    port: orNull(port(), 'CDP port that it has, or had; null: its browser is elsewhere'),
  }),
};
