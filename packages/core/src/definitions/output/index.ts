import type { TSchema } from 'typebox';
import { agentShapes } from './agents.ts';
import { browserShapes } from './browser.ts';
import { configShapes } from './config.ts';
import { deviceShapes } from './devices.ts';
import { doctorShapes } from './doctor.ts';
import { gatewayShapes } from './gateway.ts';
import { instanceShapes } from './instance.ts';
import { isolationShapes } from './isolation.ts';
import { nodeShapes } from './nodes.ts';
import { portShapes } from './ports.ts';
import { probeShapes } from './probe.ts';
import { profileShapes } from './profiles.ts';
import { rescueShapes } from './rescue.ts';
import { serviceShapes } from './service.ts';
import { setupShapes } from './setup.ts';
import { simpleShapes } from './simple.ts';
import { statusShapes } from './status.ts';
import { superviseShapes } from './supervise.ts';

export { SCHEMA_VERSION as schemaVersion } from '../../schema-version.ts';

/** Every shape in the documents of --json, by its name. */
export const shapes: Record<string, TSchema> = {
  ...simpleShapes,
  ...instanceShapes,
  ...setupShapes,
  ...serviceShapes,
  ...statusShapes,
  ...isolationShapes,
  ...configShapes,
  ...rescueShapes,
  ...deviceShapes,
  ...nodeShapes,
  ...agentShapes,
  ...doctorShapes,
  ...probeShapes,
  ...gatewayShapes,
  ...profileShapes,
  ...browserShapes,
  ...portShapes,
  ...superviseShapes,
};

/** The documents themselves: name of the published schema → its shape. Commands name them in `prints`. */
export const documents: Record<string, string> = {
  failure: 'FailureDocument',
  help: 'HelpDocument',
  version: 'VersionDocument',
  completion: 'CompletionDocument',
  paths: 'PathsDocument',
  setup: 'SetupDocument',
  onboard: 'OnboardDocument',
  'instance-list': 'InstanceListDocument',
  profile: 'ProfileDocument',
  'profile-change': 'ProfileChangeDocument',
  ports: 'PortsDocument',
  'ports-check': 'PortsCheckDocument',
  'port-suggestion': 'PortSuggestionDocument',
  'ports-freed': 'PortsFreedDocument',
  'browser-status': 'BrowserStatusDocument',
  'browser-tabs': 'BrowserTabsDocument',
  'browser-tab': 'BrowserTabDocument',
  'browser-picture': 'BrowserPictureDocument',
  'browser-profiles': 'BrowserProfilesDocument',
  'browser-profile-change': 'BrowserProfileChangeDocument',
  link: 'LinkDocument',
  'profiles-audit': 'AuditDocument',
  devices: 'DevicesDocument',
  'device-change': 'DeviceChangeDocument',
  config: 'ConfigDocument',
  'config-check': 'ConfigCheckDocument',
  'config-change': 'ConfigChangeDocument',
  'config-history': 'ConfigHistoryDocument',
  nodes: 'NodesDocument',
  node: 'NodeDocument',
  'node-requests': 'NodeRequestsDocument',
  'node-change': 'NodeChangeDocument',
  'node-answer': 'NodeAnswerDocument',
  'agent-turn': 'AgentTurnDocument',
  'message-sent': 'MessageSentDocument',
  channels: 'ChannelsDocument',
  'channel-change': 'ChannelChangeDocument',
  doctor: 'DoctorDocument',
  rescue: 'RescueDocument',
  'service-change': 'ServiceChangeDocument',
  'install-plan': 'InstallPlanDocument',
  'adopt-plan': 'AdoptPlanDocument',
  'gateway-probe': 'ReachDocument',
  'gateway-status': 'GatewayStatusDocument',
  status: 'StatusDocument',
  health: 'HealthDocument',
  'call-result': 'CallResult',
  'log-line': 'LogLine',
  'up-event': 'UpEvent',
  ps: 'PsDocument',
  'fleet-change': 'FleetChangeDocument',
  supervisor: 'SupervisorDocument',
  'supervisor-event': 'SupervisorEventLine',
  top: 'TopLine',
};
