import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, endMarked, MARKER, marked, run } from '../processes.mjs';

export const sh = (text) => ['/bin/sh', '-c', text];
export const quoted = (argv) => argv.map((word) => `'${word}'`).join(' ');

/**
 * One supervisor at its quickest: how it is configured, started, asked and stopped. A service is
 * `{ name, index, argv, restart, port }`. Commands are given as argv, so that they are timed alike.
 */
export class Peer {
  /** Name in the tables. */
  static id = '';
  /** Undefined when it can be run here; else what is missing and how to get it. */
  static async missing() {
    return undefined;
  }

  constructor(marker, folder) {
    this.marker = marker;
    this.folder = folder;
    this.env = { PATH: process.env.PATH, HOME: folder, [MARKER]: marker };
  }

  /** Writes its configuration. `killMs`: between SIGTERM and SIGKILL; `liveness`: probe every 10 s where it can. */
  prepare(services, { killMs = 3000, liveness = false } = {}) {
    this.services = services;
    this.killMs = killMs;
    this.liveness = liveness;
    mkdirSync(this.logFolder, { recursive: true });
    return this.configure();
  }

  get logFolder() {
    return path.join(this.folder, 'log');
  }

  /** Files with the captured output of a service. */
  logFiles({ name }) {
    return readdirSync(this.logFolder)
      .filter((file) => file.startsWith(`${name}.`))
      .map((file) => path.join(this.logFolder, file));
  }

  command(argv, options) {
    return run(argv, { env: this.env, cwd: this.folder, ...options });
  }

  /** A supervisor that stays in the foreground. */
  background(argv) {
    this.foreground = spawn(argv[0], argv.slice(1), { env: this.env, cwd: this.folder, stdio: 'ignore', detached: true });
    return { code: 0 };
  }

  /** The supervisor's own processes: marked ones that are no workload. */
  pids(hub) {
    const children = new Set(hub.live().map(({ pid }) => pid));
    return marked(this.marker).filter((pid) => !children.has(pid) && !/workload\/child/.test(commandLine(pid)));
  }

  /** What is killed when the supervisor is. */
  top() {
    return this.foreground.pid;
  }

  write(name, text, mode = 0o644) {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    return file;
  }

  /** Ends everything of the session, whatever its state. */
  async cleanUp() {
    await endMarked(this.marker);
  }
}

/** undefined when the program is on PATH. */
export async function missingProgram(program, hint) {
  const { code } = await run(sh(`command -v ${program}`), { env: process.env });
  return code === 0 ? undefined : `${program} is not installed: ${hint}`;
}

/** Files of a logger that turns them over: `current` and older ones named `@…`. */
export function turnedOver(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file === 'current' || file.startsWith('@'));
  return files.map((file) => path.join(folder, file));
}
