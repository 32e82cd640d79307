import type { Readable } from 'node:stream';
import type { PathFlavour } from '@polygate/core';

/** Files, as text where nothing else is said. Writes are whole or not at all; failures are Problems (DISK_FULL, FILE_DENIED, FILE_FAILED). */
export interface Files {
  /** The text of a file; undefined when it does not exist. */
  read(path: string): Promise<string | undefined>;
  /** Replaces a file atomically (temporary file beside it, fsync, rename), through a symlink. Refuses what is not a regular file. */
  write(path: string, content: string | Uint8Array, mode: number): Promise<void>;
  /** Copies a file, whatever is in it, in the place of one of that name. */
  copyFile(from: string, to: string): Promise<void>;
  /**
   * Moves a file out of the way, to `<path>.<label>` or, where that is taken, to `<path>.<label>-2` and so on; private from
   * then on. Gives the new path. Not safe against another one that does the same in this moment: hold a lock.
   */
  setAside(path: string, label: string): Promise<string>;
  /** Sets the permission bits of a file or directory. */
  setMode(path: string, mode: number): Promise<void>;
  /** Removes a file; false when there was none. */
  remove(path: string): Promise<boolean>;
  /** Makes a directory and its parents. `mode` applies to those that are made. */
  makeDir(path: string, mode: number): Promise<void>;
  /** Names in a directory; empty when it does not exist or may not be read. */
  list(path: string): Promise<string[]>;
  stat(path: string): Promise<FileStat | undefined>;
  /** The file system that a directory is on; undefined where that cannot be told. */
  room(directory: string): Promise<{ readOnly: boolean; freeBytes: number } | undefined>;
  /** Canonical path: symlinks resolved as far as the path exists, the rest kept. */
  canonical(path: string): Promise<string>;
  /** The last `bytes` of a file; '' when it does not exist. */
  tail(path: string, bytes: number): Promise<string>;
  readonly trees: Trees;
}

/** Whole directories. None of these follows a symlink: a link is what it is, and never the way out of a tree. */
export interface Trees {
  /** What a name stands for by itself; undefined when there is nothing. */
  kindOf(path: string): Promise<'file' | 'directory' | 'link' | 'other' | undefined>;
  /** Renames a file, directory or link. Refuses where something is already. */
  move(from: string, to: string): Promise<void>;
  /** Copies files and directories with their modes, and links that stay inside. Gives what was left out: other links, sockets. */
  copy(from: string, to: string, except: readonly string[]): Promise<string[]>;
  /** Deletes a directory with all that is in it, or a link. */
  remove(path: string): Promise<void>;
  /** Removes a directory if it is empty. */
  removeEmpty(path: string): Promise<void>;
}

export interface FileStat {
  kind: 'file' | 'directory' | 'other';
  /** Permission bits. */
  mode: number;
  uid: number;
  size: number;
  modifiedMs: number;
  /** `device:inode`: the same for one file under all of its names. Absent where the system has none. */
  node?: string;
}

/** Files below one directory, to be served to whoever may see them: nothing outside of it, nothing hidden, nothing but files. */
export interface ServedFiles {
  readonly root: string;
  /** What lies under these names, to be closed by who opened it; undefined where nothing is that may be served. */
  open(names: readonly string[]): Promise<ServedFile | 'directory' | undefined>;
  /** Calls when something below may have changed. Gives the end of it. */
  watch(onChange: () => void): () => void;
}

/** An open file. What it tells is of the moment in which it was opened. */
export interface ServedFile {
  readonly size: number;
  readonly modifiedMs: number;
  /** Another one when the file was changed or replaced. */
  readonly tag: string;
  /** So many bytes from there on; fewer where it ends before. */
  read(from: number, bytes: number): Promise<Buffer>;
  /** The bytes from one to another, both included. Closes the file when it ends or is destroyed. */
  stream(from: number, to: number): Readable;
  close(): Promise<void>;
}

export interface CommandResult {
  /** Exit status; undefined when it was ended by a signal or never started. */
  code: number | undefined;
  stdout: string;
  stderr: string;
  /** It could not be started (no such program, no right) or overran its time. */
  failure: string | undefined;
}

/** What the system tells about a process. */
export interface ProcessInfo {
  pid: number;
  ppid: number;
  command: string;
  uid: number | undefined;
  /** Names this very process for as long as the system is up: a reused pid has another stamp. */
  stamp: string;
  ageMs: number;
}

export interface Processes {
  /** Asks: runs a command that changes nothing. The light path. */
  query(argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Changes something: a command of a service manager, with its time bounded and its children ended with it. */
  run(argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Starts a program and leaves it to itself: it outlives this process, and what it prints goes nowhere. */
  launch(argv: readonly string[]): Promise<CommandResult>;
  /** undefined when there is no such process. */
  info(pid: number): Promise<ProcessInfo | undefined>;
  /** A variable of a process's environment at its start; undefined when it has none or may not be read. */
  environmentOf(pid: number): Promise<Record<string, string> | undefined>;
  /**
   * Sends a signal if the process still has this stamp; false when it is gone. Windows has no signals: whichever it is, the
   * process is ended at once, and all that it started.
   */
  signal(target: { pid: number; stamp: string }, signal: NodeJS.Signals): Promise<boolean>;
  /**
   * Ends a process and what it started, or what is left of that when it is gone itself; false when there was nothing. Only
   * where there are no process groups (Windows).
   */
  endTree?(target: { pid: number; stamp: string }): Promise<boolean>;
}

export interface CommandOptions {
  env?: Readonly<Record<string, string | undefined>>;
  timeoutMs?: number;
}

/** Who listens on a port. */
export interface Listener {
  port: number;
  address: string;
  pid?: number;
  command?: string;
  user?: string;
}

export interface Net {
  /** Listeners on a TCP port; undefined when this system cannot tell. Tries `likely` pids first, which is faster. */
  listeners(port: number, likely?: readonly number[]): Promise<Listener[] | undefined>;
  /** Every TCP port that something listens on. */
  listeningPorts(): Promise<Set<number>>;
  /** Listeners on any of these ports, looked up at once; undefined when this system cannot tell. */
  listenersOn(ports: ReadonlySet<number>, likely?: readonly number[]): Promise<Listener[] | undefined>;
  /** True when this process could listen there now, on any address. */
  isFree(port: number): Promise<boolean>;
  /** Ports that the system hands out for outgoing connections, both ends included. */
  ephemeralRange(): Promise<{ first: number; last: number }>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds on the clock that nobody sets (CLOCK_MONOTONIC, on which a service manager counts). */
  monotonic(): number;
  /** From 0 up to 1. */
  random(): number;
  sleep(ms: number): Promise<void>;
}

export interface Users {
  /** -1 where there are none (Windows). */
  readonly uid: number;
  readonly name: string;
  /** It is another account than that of this process. */
  readonly isOther?: true;
  /** Home directory of the account, whatever HOME says. */
  readonly home: string;
  /** Name of a user id; the number as text when it has none. */
  nameOf(uid: number): Promise<string>;
}

export interface Locks {
  /**
   * Runs `body` while holding a lock on `path` (which need not exist). A lock left by a process that died is taken over.
   * @throws Problem LOCK_HELD when it stays held for `waitMs`.
   */
  hold<T>(path: string, what: string, body: () => Promise<T>, waitMs?: number): Promise<T>;
}

/** Folders of Polygate itself. */
export interface Folders {
  config: string;
  data: string;
  state: string;
}

/** The machine, as far as Polygate touches it. Tests replace what they need. */
export interface Host {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  paths: PathFlavour;
  files: Files;
  processes: Processes;
  net: Net;
  clock: Clock;
  users: Users;
  locks: Locks;
  /** It is not this machine, but a picture of one of another platform (or of what is usual on this one), for what is only shown. */
  elsewhere?: {
    /** Polygate's folders on this machine. */
    folders: Folders;
    /** Where Node and Polygate would lie there; absent where they may lie as they do here. */
    installed?: { node: string; entry: string };
    /** The same machine as another account there would see it; absent where the accounts are those of this machine. */
    asAccount?(account: string): Host;
  };
}
