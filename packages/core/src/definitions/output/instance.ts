import type { TSchema } from 'typebox';
import { MANAGER_IDS } from '../../service/names.ts';
import { VERDICTS } from '../../status/verdict.ts';
import { Program } from '../settings.ts';
import { derivedPort, type Fields, list, mapOf, oneOf, orNull, port, ref, shape, text, whole } from './shape.ts';

const ports: Fields = {
  gateway: port('Base port: WebSocket and HTTP'),
  browserControl: orNull(derivedPort(), 'null: the browser control server is elsewhere'),
  canvas: orNull(derivedPort(), 'null: the canvas is on the base port, or switched off'),
  cdp: ref('CdpPorts'),
};

/** What tells of an instance, wherever it stands in a row of its own. */
export const instanceFields: Fields = {
  id: text('`product/profile`, the name that commands take'),
  product: text(),
  profile: text('The unnamed profile is `default`'),
  stateDir: text('Absolute path'),
  configPath: text('Absolute path'),
  workspace: text('Absolute path'),
  ports: ref('InstancePorts'),
  service: ref('ServicePlace', 'The service that it has or would get'),
  logPath: text("Today's log file of the reference gateway"),
  program: orNull(Program, 'What runs as the gateway; null: never said'),
};

/** An instance wherever it appears, and its rows in lists. */
export const instanceShapes: Record<string, TSchema> = {
  InstanceDocument: shape(instanceFields, 'One instance, the same wherever it appears'),
  InstancePorts: shape(ports),
  CdpPorts: shape({
    first: derivedPort('The band that CDP ports come from'),
    last: derivedPort('Beyond 65535 where the base is too high; then it is reported as such'),
    leased: mapOf(port(), 'CDP port of each browser profile that has one'),
  }),
  Footprint: shape(
    {
      ...ports,
      pinned: list(text(), 'Browser profiles that a URL puts where they are: their ports do not follow the band'),
      defaultCdp: orNull(
        derivedPort(),
        'CDP port that the program gives its own browser profile unasked; null: the config puts that one elsewhere',
      ),
      soft: list(ref('SoftPort'), 'Ports that some real versions of the product use as well: avoided, and warned of'),
    },
    'Every port that an instance may use',
  ),
  SoftPort: shape({ port: derivedPort(), use: text() }),
  ServicePlace: shape({
    manager: orNull(oneOf(MANAGER_IDS), 'null: this host has no service manager that Polygate can use'),
    name: text('Name that the service has or would get'),
    path: orNull(text(), 'File of its definition, whether it exists or not'),
  }),
  InstanceRow: shape(
    {
      ...instanceFields,
      verdict: orNull(oneOf(VERDICTS), 'null: nobody was asked (`profiles list` without `--probe`)'),
      'reason?': text('What the verdict rests on; absent where it is null'),
      pid: orNull(whole()),
      'found?': list(oneOf(['ledger', 'disk', 'definition']), 'What it is known from'),
    },
    'One instance in a list',
  ),
};
