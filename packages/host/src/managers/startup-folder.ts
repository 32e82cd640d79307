import type { Host } from '../ports.ts';
import type { ServiceManager } from './manager.ts';
import { logonManager } from './windows/logon.ts';

/** The Startup folder of an account of Windows, which needs no rights. */
export const startupFolder = (host: Host, home: string): ServiceManager =>
  logonManager(host, home, { id: 'startup-folder', label: 'Startup folder', place: 'startup' });
