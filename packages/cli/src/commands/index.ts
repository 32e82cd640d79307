import type { Command } from '../command.ts';
import { agent } from './agent.ts';
import { browserOpen } from './browser/open.ts';
import { browserProfilesCreate } from './browser/profiles/create.ts';
import { browserProfilesList } from './browser/profiles/list.ts';
import { browserProfilesRemove } from './browser/profiles/remove.ts';
import { browserScreenshot } from './browser/screenshot.ts';
import { browserStart } from './browser/start.ts';
import { browserStatus } from './browser/status.ts';
import { browserStop } from './browser/stop.ts';
import { browserTabs } from './browser/tabs.ts';
import { channelsLogin } from './channels/login.ts';
import { channelsLogout } from './channels/logout.ts';
import { channelsStatus } from './channels/status.ts';
import { completion } from './completion.ts';
import { configGet } from './config/get.ts';
import { configRollback } from './config/rollback.ts';
import { configSet } from './config/set.ts';
import { configValidate } from './config/validate.ts';
import { devicesApprove } from './devices/approve.ts';
import { devicesList } from './devices/list.ts';
import { devicesReject } from './devices/reject.ts';
import { devicesRemove } from './devices/remove.ts';
import { devicesRevoke } from './devices/revoke.ts';
import { devicesRotate } from './devices/rotate.ts';
import { doctor } from './doctor.ts';
import { down } from './down.ts';
import { events } from './events.ts';
import { gatewayAdopt } from './gateway/adopt.ts';
import { gatewayCall } from './gateway/call.ts';
import { gatewayGuard } from './gateway/guard.ts';
import { gatewayHealth } from './gateway/health.ts';
import { gatewayInstall } from './gateway/install.ts';
import { gatewayProbe } from './gateway/probe.ts';
import { gatewayRestart } from './gateway/restart.ts';
import { gatewayRun } from './gateway/run.ts';
import { gatewayShutdown } from './gateway/shutdown.ts';
import { gatewayStart } from './gateway/start.ts';
import { gatewayStatus } from './gateway/status.ts';
import { gatewayStop } from './gateway/stop.ts';
import { gatewayUninstall } from './gateway/uninstall.ts';
import { link } from './link.ts';
import { logs } from './logs.ts';
import { messageSend } from './message/send.ts';
import { nodesApprove } from './nodes/approve.ts';
import { nodesDescribe } from './nodes/describe.ts';
import { nodesInvoke } from './nodes/invoke.ts';
import { nodesList } from './nodes/list.ts';
import { nodesPending } from './nodes/pending.ts';
import { nodesReject } from './nodes/reject.ts';
import { nodesRename } from './nodes/rename.ts';
import { onboard } from './onboard.ts';
import { paths } from './paths.ts';
import { portsCheck } from './ports/check.ts';
import { portsFree } from './ports/free.ts';
import { portsList } from './ports/list.ts';
import { portsSuggest } from './ports/suggest.ts';
import { profilesAudit } from './profiles/audit.ts';
import { profilesClone } from './profiles/clone.ts';
import { profilesCreate } from './profiles/create.ts';
import { profilesList } from './profiles/list.ts';
import { profilesRemove } from './profiles/remove.ts';
import { profilesRename } from './profiles/rename.ts';
import { profilesShow } from './profiles/show.ts';
import { ps } from './ps.ts';
import { rescue } from './rescue.ts';
import { restart } from './restart.ts';
import { setup } from './setup.ts';
import { status } from './status.ts';
import { supervisorInstall } from './supervisor/install.ts';
import { supervisorReload } from './supervisor/reload.ts';
import { supervisorStatus } from './supervisor/status.ts';
import { supervisorStop } from './supervisor/stop.ts';
import { supervisorUninstall } from './supervisor/uninstall.ts';
import { top } from './top.ts';
import { up } from './up.ts';
import { version } from './version.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  setup,
  onboard,
  gatewayRun,
  gatewayInstall,
  gatewayUninstall,
  gatewayAdopt,
  gatewayStart,
  gatewayStop,
  gatewayRestart,
  gatewayStatus,
  gatewayHealth,
  gatewayCall,
  gatewayProbe,
  gatewayGuard,
  gatewayShutdown,
  status,
  logs,
  doctor,
  rescue,
  up,
  down,
  ps,
  restart,
  top,
  events,
  supervisorStatus,
  supervisorStop,
  supervisorReload,
  supervisorInstall,
  supervisorUninstall,
  profilesList,
  profilesShow,
  profilesCreate,
  profilesClone,
  profilesRename,
  profilesRemove,
  profilesAudit,
  portsList,
  portsCheck,
  portsSuggest,
  portsFree,
  paths,
  browserStatus,
  browserStart,
  browserStop,
  browserTabs,
  browserOpen,
  browserScreenshot,
  browserProfilesList,
  browserProfilesCreate,
  browserProfilesRemove,
  configGet,
  configSet,
  configValidate,
  configRollback,
  devicesList,
  devicesApprove,
  devicesReject,
  devicesRemove,
  devicesRotate,
  devicesRevoke,
  nodesList,
  nodesDescribe,
  nodesPending,
  nodesApprove,
  nodesReject,
  nodesRename,
  nodesInvoke,
  agent,
  messageSend,
  channelsStatus,
  channelsLogin,
  channelsLogout,
  link,
  completion,
  version,
];

/** What the words that several commands share stand for. */
export const GROUPS: Readonly<Record<string, string>> = {
  gateway: 'Run a gateway, or manage its service',
  supervisor: 'The process that keeps instances running',
  profiles: 'The instances of this account',
  ports: 'The map of all ports, and what clashes',
  config: 'The config of an instance, and the versions that its gateway was well with',
  devices: 'The devices that a gateway lets in',
  nodes: 'The nodes that do what a gateway asks of them',
  message: 'Messages that leave by a channel',
  channels: 'The channels that messages come and go by',
  browser: 'The browser that the agents of a profile use',
};
