import { Problem, type Program } from '@polygate/core';
import type { Host } from '@polygate/host';
import { programsOnPath } from '@polygate/host/on-path';
import { isNode, packageOf, scriptOf } from './package-of.ts';

/** Where a Node of the system lies, besides PATH. */
const USUAL = ['/usr/local/bin/node', '/usr/bin/node', '/opt/homebrew/bin/node'];
const ASK_MS = 10_000;

/** Versions of binaries by path, time and size: fifty instances ask one Node once. */
const known = new Map<string, string | undefined>();

/**
 * Refuses a program whose package does not work on the Node that would run it in this environment, before it is started: what it
 * says itself then comes late, and from each in its own way. Says nothing of what is no script for Node.
 * @throws Problem PROGRAM_NEEDS_NODE
 */
export async function refuseWrongNode(host: Host, program: Program | undefined, env: Host['env']): Promise<void> {
  if (program === undefined || program === 'reference') return;
  const [needs, node] = [await packageOf(host, program), await nodeOf(host, program.command, env)];
  if (!needs?.node || node === undefined) return;
  const { default: satisfies } = await import('semver/functions/satisfies.js');
  const fits = (version: string | undefined) => version !== undefined && satisfies(version, needs.node as string);
  const version = node === null ? undefined : await versionOf(host, node);
  // One that cannot be asked is not known to be wrong.
  if (node !== null && (version === undefined || fits(version))) return;
  const others = [...(await programsOnPath(host, 'node')), ...USUAL, process.execPath];
  let would: string | undefined;
  for (const other of new Set(others)) if (would === undefined && fits(await versionOf(host, other))) would = other;
  const { default: minVersion } = await import('semver/ranges/min-version.js');
  const script = scriptOf(host, program.command);
  const line = [script, ...program.command.slice(program.command.indexOf(script) + 1)].join(' ');
  const lowest = minVersion(needs.node)?.version ?? needs.node;
  throw new Problem('PROGRAM_NEEDS_NODE', {
    package: `${needs.name} ${needs.version}`,
    needs: needs.node,
    found: node === null ? 'there is no node on its PATH' : `${node}, which would run it, is ${version}`,
    help:
      would === undefined
        ? `install Node ${lowest}, which would do, and name it: --program "/path/to/node ${line}"`
        : `${would} would do: --program "${would} ${line}"`,
  });
}

/** The Node that runs a command line: named by it, or by the first line of the script; null: none on PATH; undefined: it needs none. */
async function nodeOf(host: Host, command: readonly string[], env: Host['env']): Promise<string | null | undefined> {
  const [program = ''] = command;
  if (isNode(host, program)) return program;
  const size = (await host.files.stat(program).catch(() => undefined))?.size ?? 0;
  if (size === 0 || size > 1_000_000) return undefined;
  const [first = ''] = ((await host.files.read(program).catch(() => undefined)) ?? '').split('\n', 1);
  const [interpreter = '', argument] = first.startsWith('#!') ? first.slice(2).trim().split(/\s+/) : [];
  if (host.paths.basename(interpreter) !== 'env') return isNode(host, interpreter) ? interpreter : undefined;
  if (argument !== 'node') return undefined;
  return (await programsOnPath({ ...host, env }, 'node'))[0] ?? null;
}

async function versionOf(host: Host, node: string): Promise<string | undefined> {
  const there = await host.files.stat(node).catch(() => undefined);
  if (!there) return undefined;
  const key = `${node} ${there.modifiedMs} ${there.size}`;
  if (!known.has(key)) {
    const isOwn = (await host.files.canonical(node)) === process.execPath;
    const { code, stdout } = isOwn
      ? { code: 0, stdout: process.version }
      : await host.processes.query([node, '--version'], { timeoutMs: ASK_MS });
    known.set(key, code === 0 ? /^v(\d+\.\d+\.\d+\S*)/.exec(stdout.trim())?.[1] : undefined);
  }
  return known.get(key);
}
