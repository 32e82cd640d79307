import type { Issue } from '../gen/output.gen.ts';
import type { BrowserParams } from './catalogue/browser.ts';
import { type ConfigParams, configEntries } from './catalogue/config.ts';
import type { Entries } from './catalogue/entry.ts';
import { type GatewayParams, gatewayEntries } from './catalogue/gateway.ts';
import { type GeneralParams, generalEntries } from './catalogue/general.ts';
import { type InstanceParams, instanceEntries } from './catalogue/instance.ts';
import { type PortsParams, portsEntries } from './catalogue/ports.ts';
import { type ServiceParams, serviceEntries } from './catalogue/service.ts';
import type { SuperviseParams } from './catalogue/supervise.ts';
import type { SupervisorParams } from './catalogue/supervisor.ts';

export type { Entry } from './catalogue/entry.ts';
export { describeHolders, type HolderInfo } from './catalogue/words.ts';
export type { Issue };

/** The codes that any command may raise. */
export interface CommonParams extends GeneralParams, InstanceParams, PortsParams, ConfigParams, GatewayParams, ServiceParams {}

/** The values that each code carries. A code is public: scripts match on it, so it is never renamed. */
export interface ProblemParams extends CommonParams, BrowserParams, SuperviseParams, SupervisorParams {}

export type ProblemCode = keyof ProblemParams;

/** The common codes with their texts, one file for each theme. The order is that of the reference page (every.ts has the others). */
export const catalogue: Entries<CommonParams> = {
  ...generalEntries,
  ...instanceEntries,
  ...portsEntries,
  ...configEntries,
  ...gatewayEntries,
  ...serviceEntries,
};
