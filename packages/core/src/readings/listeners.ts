// What tells who listens, and on which ports nobody should: loaded when that is asked.
export * from './ephemeral-range.ts';
export * from './lsof.ts';
export * from './netstat-windows.ts';
export * from './proc-net-tcp.ts';
export * from './ss.ts';
export * from './tasklist.ts';
