import { parseWinsw, renderWinsw, type WinswConfig } from '../formats/winsw-xml.ts';
import type { ServiceDefinition } from './definition.ts';
import { type Drift, diffDefinitions } from './diff.ts';
import type { RunStep, Step } from './steps.ts';
import type { FileState } from './systemd-adopt.ts';
import { diffWinsw, isRegisteredAlike, readWinsw } from './winsw.ts';

/** A service of Windows: WinSW and its configuration, side by side under one name. */
export interface WinswTarget {
  name: string;
  xml: string;
  exe: string;
  /** The WinSW that there is on this machine. */
  source: string;
}

export interface WinswFacts {
  text: string | undefined;
  /** WinSW is in its place. */
  hasExe: boolean;
  /** As WinSW says it; undefined: it could not be asked. */
  state: 'missing' | 'running' | 'stopped' | undefined;
}

export interface WinswPlan {
  result: 'up-to-date' | 'apply' | 'drifted';
  drift: Drift[];
  steps: Step[];
}

/** How the wanted service comes to be registered and running. */
export function planWinswInstall(
  target: WinswTarget,
  facts: WinswFacts,
  wanted: { definition: ServiceDefinition; config: WinswConfig; files: Step[]; filesDiffer: boolean },
  { force, settle }: { force: boolean; settle?: boolean },
): WinswPlan {
  const isRegistered = facts.hasExe && (facts.state === 'running' || facts.state === 'stopped');
  const drift = facts.text === undefined ? [] : driftOf(facts.text, wanted);
  if (facts.text !== undefined && drift.length > 0 && !force) return { result: 'drifted', drift, steps: [] };
  if (facts.text !== undefined && drift.length === 0 && isRegistered) return { result: 'up-to-date', drift, steps: [] };
  const before = facts.text === undefined ? undefined : parseWinsw(facts.text);
  const again = isRegistered && !(before && isRegisteredAlike(before, wanted.config));
  // Windows starts nothing as an account whose password it was never told.
  const isNew = !isRegistered || again;
  const waits = isNew && wanted.config.account !== undefined ? { advice: PASSWORD } : {};
  return {
    result: 'apply',
    drift,
    steps: [
      ...wanted.files,
      ...(facts.state === 'running' ? [stop(target, { settle: [target.exe, 'start'] })] : []),
      ...(again ? [call(target, 'uninstall', { settle: [target.exe, 'install'] })] : []),
      { do: 'write', path: target.xml, mode: 0o644, content: renderWinsw(wanted.config) },
      ...(facts.hasExe ? [] : [{ do: 'copyFile', from: target.source, path: target.exe } as const]),
      ...(isNew ? [call(target, 'install', { undo: [target.exe, 'uninstall'] })] : []),
      ...(settle ? [] : [{ ...start(target, { undo: [target.exe, 'stopwait'] }), ...waits }]),
    ],
  };
}

const PASSWORD =
  'Enter the password of its account once in services.msc (Log On), then start it; Polygate never asks for that password';

/** Stops it and removes all of it; nothing when there is nothing. `files` are those of it that are there. */
export function planWinswUninstall(target: WinswTarget, { state, hasExe }: WinswFacts, files: readonly string[]): Step[] {
  return [
    ...(state === 'running' ? [stop(target, { settle: [target.exe, 'start'] })] : []),
    ...(hasExe && state !== 'missing' ? [call(target, 'uninstall', { settle: [target.exe, 'install'] })] : []),
    ...files.map((path): Step => ({ do: 'remove', path })),
  ];
}

export const planWinswStart = (target: WinswTarget, { state }: WinswFacts): Step[] =>
  state === 'running' ? [] : [start(target)];
export const planWinswStop = (target: WinswTarget, { state }: WinswFacts): Step[] => (state === 'running' ? [stop(target)] : []);
export const planWinswRestart = (target: WinswTarget, facts: WinswFacts): Step[] => [
  ...planWinswStop(target, facts),
  start(target),
];

/** Takes a service over that WinSW runs for others: it keeps its registration, and runs afterwards if it ran. */
export function planWinswAdoption(
  target: WinswTarget,
  { state }: WinswFacts,
  { config, files }: { config: WinswConfig; files: Step[] },
): Step[] {
  return [
    ...files,
    ...(state === 'running' ? [stop(target, { settle: [target.exe, 'start'] })] : []),
    { do: 'write', path: target.xml, mode: 0o644, content: renderWinsw(config) },
    ...(state === 'running' ? [start(target, { undo: [target.exe, 'stopwait'] })] : []),
  ];
}

/** Gives it back: files as they were, running if it ran. */
export const planWinswRestore = (
  target: WinswTarget,
  facts: WinswFacts,
  { files, active }: { files: readonly FileState[]; active: boolean },
): Step[] => [
  ...planWinswStop(target, facts),
  ...files.map(
    ({ path, mode, content }): Step => (content === null ? { do: 'remove', path } : { do: 'write', path, mode, content }),
  ),
  ...(active ? [start(target)] : []),
];

type Back = Pick<RunStep, 'undo' | 'settle'>;

const call = ({ exe }: WinswTarget, verb: string, back: Back = {}): RunStep => ({ do: 'run', argv: [exe, verb], ...back });

/** It comes back once the service has ended, which was asked to by Ctrl+C. */
const stop = (target: WinswTarget, back: Back = {}): RunStep => call(target, 'stopwait', back);

const start = (target: WinswTarget, back: Back = {}): RunStep => ({ ...call(target, 'start', back), starts: true });

/** What differs and matters. Another description alone does not: it would be no reason to restart anything. */
function driftOf(
  text: string,
  { definition, config, filesDiffer }: { definition: ServiceDefinition; config: WinswConfig; filesDiffer: boolean },
): Drift[] {
  const secrets: Drift[] = filesDiffer ? [{ field: 'secrets', installed: '***', wanted: '***' }] : [];
  const [installed, before] = [readWinsw(text), parseWinsw(text)];
  if (!installed || !before)
    return [{ field: 'definition', installed: 'not readable', wanted: definition.argv.join(' ') }, ...secrets];
  return [...diffDefinitions(installed, definition), ...diffWinsw(before, config), ...secrets];
}
