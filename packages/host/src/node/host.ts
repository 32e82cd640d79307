import path from 'node:path';
import type { Host } from '../ports.ts';
import { nodeClock } from './clock.ts';
import { nodeFiles } from './files.ts';
import { nodeLocks } from './locks.ts';
import { nodeNet } from './net.ts';
import { nodeProcesses } from './processes.ts';
import { nodeUsers } from './users.ts';

/** The real machine. */
export function nodeHost(): Host {
  const users = nodeUsers();
  return {
    platform: process.platform,
    env: process.env,
    cwd: process.cwd(),
    paths: path,
    files: nodeFiles,
    processes: nodeProcesses,
    net: nodeNet(nodeProcesses, users),
    clock: nodeClock,
    users,
    locks: nodeLocks(nodeProcesses),
  };
}
