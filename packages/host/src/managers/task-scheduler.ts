import type { Host } from '../ports.ts';
import type { ServiceManager } from './manager.ts';
import { logonManager } from './windows/logon.ts';

/** The Task Scheduler of Windows. Where it refuses a task, the Startup folder takes its place. */
export const taskScheduler = (host: Host, home: string): ServiceManager =>
  logonManager(host, home, { id: 'task-scheduler', label: 'Scheduled Task', place: 'task' });
