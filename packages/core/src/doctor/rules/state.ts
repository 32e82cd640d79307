import { type Rule, rule, when } from '../rule.ts';

/** A gigabyte of logs is more than anybody reads. */
const LARGE_LOGS_BYTES = 2 ** 30;

/** Locks, records and logs need less than this, and not much less. */
const FULL_BYTES = 2 ** 20;

/** Verdicts on an instance that nothing runs of. */
const QUIET = ['stopped', 'not-installed', 'misconfigured', 'crash-looping', 'parked'];

/** The state directory and what lies in it. Modes and owners are told by the isolation rules. */
export const stateRules: readonly Rule[] = [
  rule({
    code: 'state-dir-missing',
    severity: 'error',
    about: 'The state directory is not there.',
    needs: ['state'],
    check: ({ state: { exists, keptBy }, instance }) =>
      when(!exists, () => ({
        ...(keptBy
          ? {
              message: `the state directory is gone while its gateway runs (${keptBy.holder}, port ${keptBy.port}): ${instance.stateDir}`,
              fix: keptBy.serviced
                ? `put it back and ${instance.command} gateway restart, or make it anew: ${instance.command} gateway install`
                : `end that gateway${keptBy.pid === undefined ? '' : ` (kill ${keptBy.pid})`}, then ${instance.command} setup`,
            }
          : { message: `there is no state directory: ${instance.stateDir}`, fix: `${instance.command} setup` }),
        paths: [instance.stateDir],
      })),
  }),
  rule({
    code: 'state-dir-not-a-directory',
    severity: 'error',
    about: 'Something else is where the state directory should be.',
    needs: ['state'],
    check: ({ state: { exists, kind }, instance }) =>
      when(exists && kind !== 'directory', () => ({
        message: `the state directory is a file: ${instance.stateDir}`,
        fix: `move it away: mv ${instance.stateDir} ${instance.stateDir}.old`,
        paths: [instance.stateDir],
      })),
  }),
  rule({
    code: 'state-dir-not-writable',
    severity: 'error',
    about: 'This account may not write to the state directory.',
    needs: ['state'],
    check: ({ state: { exists, kind, writable }, instance }) =>
      when(exists && kind === 'directory' && !writable, () => ({
        message: `this account may not write to ${instance.stateDir}`,
        fix: `look at its owner and mode: ls -ld ${instance.stateDir}`,
        paths: [instance.stateDir],
      })),
  }),
  rule({
    code: 'state-dir-read-only',
    severity: 'error',
    about: 'The state directory is on a file system that is mounted read-only.',
    needs: ['state'],
    check: ({ state: { readOnly }, instance }) =>
      when(readOnly, () => ({
        message: `nothing can be written to ${instance.stateDir}: its file system is read-only`,
        fix: `see how it is mounted, and why: findmnt -T ${instance.stateDir}`,
        paths: [instance.stateDir],
      })),
  }),
  rule({
    code: 'disk-full',
    severity: 'error',
    about: 'Less than a megabyte is left where the state directory is: nothing can be started, installed or logged.',
    needs: ['state'],
    check: ({ state: { freeBytes = Number.POSITIVE_INFINITY, readOnly }, instance }) =>
      when(freeBytes < FULL_BYTES && !readOnly, () => ({
        message: `no space is left for ${instance.stateDir} (${freeBytes} bytes)`,
        fix: `make room: df -h ${instance.stateDir}`,
        paths: [instance.stateDir],
      })),
  }),
  rule({
    code: 'workspace-missing',
    severity: 'warning',
    about: 'The directory that the agents work in is not there.',
    needs: ['state', 'config'],
    check: ({ state: { workspace }, config, instance }) =>
      when(config.exists && !workspace.exists, () => ({
        message: `the workspace is not there: ${workspace.path}`,
        fix: `${instance.command} setup`,
        paths: [workspace.path],
      })),
  }),
  rule({
    code: 'stale-lock',
    severity: 'info',
    about: 'A gateway that was killed has left its lock. The next one takes it over.',
    needs: ['state', 'running'],
    repair: 'tidy',
    // What answers may be in a container of its own, where its pid is another one.
    check: ({ state: { staleLocks }, running: { verdict } }) =>
      (QUIET.includes(verdict) ? staleLocks : []).map((path) => ({
        message: `the lock of a gateway that is gone: ${path}`,
        fix: `rm ${path}`,
        paths: [path],
      })),
  }),
  rule({
    code: 'leftover-files',
    severity: 'info',
    about: 'A command that was killed has left temporary files.',
    needs: ['state'],
    repair: 'tidy',
    check: ({ state: { leftovers } }) =>
      leftovers.map((path) => ({ message: `left by a command that is gone: ${path}`, fix: `rm ${path}`, paths: [path] })),
  }),
  rule({
    code: 'change-unfinished',
    severity: 'error',
    about: 'A rename, clone or removal of this profile was interrupted: half of it may be in one place and half in another.',
    needs: ['state'],
    check: ({ state: { unfinished } }) =>
      when(unfinished !== undefined, () => ({
        message: `${unfinished?.title} goes on or was interrupted`,
        fix: unfinished?.command ?? '',
      })),
  }),
  rule({
    code: 'logs-large',
    severity: 'info',
    about: 'The logs take more than a gigabyte.',
    needs: ['state'],
    check: ({ state: { logsBytes, logsPath } }) =>
      when(logsBytes > LARGE_LOGS_BYTES, () => ({
        message: `the logs take ${(logsBytes / 2 ** 30).toFixed(1)} GiB: ${logsPath}`,
        fix: `delete old ones: ls -lS ${logsPath}`,
        paths: [logsPath],
      })),
  }),
];
