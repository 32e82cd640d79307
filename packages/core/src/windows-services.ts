// What definitions of Windows are made of: loaded where Windows is the platform, as the reader of XML is not small.
export * from './formats/cmd-launcher.ts';
export * from './formats/task-xml.ts';
export * from './formats/windows-values.ts';
export * from './formats/winsw-xml.ts';
export { parseXml } from './formats/xml.ts';
export * from './readings/hresult.ts';
export * from './readings/task-state.ts';
export * from './readings/whoami.ts';
export * from './readings/winsw-status.ts';
export * from './service/task-scheduler.ts';
export * from './service/task-scheduler-adopt.ts';
export * from './service/task-scheduler-plan.ts';
export * from './service/windows-audit.ts';
export * from './service/windows-launcher.ts';
export * from './service/winsw.ts';
export * from './service/winsw-audit.ts';
export * from './service/winsw-plan.ts';
