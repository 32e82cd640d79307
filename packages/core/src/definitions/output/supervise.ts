import Type, { type TSchema } from 'typebox';
import { SCHEMA_VERSION } from '../../schema-version.ts';
import { VERDICTS } from '../../status/verdict.ts';
import { instanceFields } from './instance.ts';
import { decimal, document, exactly, flag, list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

const versioned = { schemaVersion: exactly(SCHEMA_VERSION) };
const supervisor = orNull(ref('SupervisorProcess'), 'null: none runs');

/** What the commands of the supervisor print. */
export const superviseShapes: Record<string, TSchema> = {
  PsDocument: document(
    { ...done, supervisor, instances: list(ref('SupervisedRow')) },
    'While no supervisor runs it is what the last one wrote down, with every pid looked up',
  ),
  SupervisorProcess: shape({ pid: whole(), version: text(), startedAt: text('ISO 8601') }),
  SupervisedRow: shape(
    {
      ...instanceFields,
      verdict: oneOf(VERDICTS),
      reason: orNull(text()),
      pid: orNull(whole()),
      supervised: ref('Supervised'),
    },
    'An instance that the supervisor looks after',
  ),
  Supervised: shape(
    {
      state: text('down, starting, ready, stopping, waiting, parked'),
      wanted: ref('SupervisedFact', 'It shall run'),
      up: ref('SupervisedFact', 'A process of it runs'),
      ready: ref('SupervisedFact', 'It is of use now'),
      paused: ref('SupervisedFact', 'Nothing is done about it for now'),
      incarnation: whole('How many processes there have been'),
      restarts: whole('How often it was started again'),
      stopRequests: whole('How often it was asked to stop'),
      deaths: list(ref('SupervisedDeath'), 'The last 20, newest last'),
      retryAt: orNull(whole(), 'When it is tried again by itself. Milliseconds since 1970'),
      probes: ref('SupervisedProbes'),
      adopted: flag('An earlier supervisor started it: its exit code will not be known'),
      notes: list(text(), 'What was asked for and cannot be had here'),
    },
    'What the supervisor knows of an instance',
  ),
  SupervisedFact: shape({ value: flag(), since: whole('Milliseconds since 1970') }),
  SupervisedDeath: shape({
    at: whole('Milliseconds since 1970'),
    code: orNull(Type.Integer(), 'null: it was a signal, or it is not known'),
    signal: orNull(text()),
    uptimeMs: whole(),
    lastLine: orNull(text(), 'The last line that it printed; secrets are masked'),
    by: orNull(text(), 'Why the supervisor ended it; null: it ended by itself'),
  }),
  SupervisedProbes: shape({
    startup: orNull(ref('SupervisedProbe'), 'null: it is not asked'),
    readiness: orNull(ref('SupervisedProbe'), 'null: it is not asked'),
    liveness: orNull(ref('SupervisedProbe'), 'null: it is not asked'),
  }),
  SupervisedProbe: shape({
    ok: orNull(flag(), 'null: not asked yet'),
    at: orNull(whole(), 'Milliseconds since 1970'),
    count: whole('Answers in a row like the last one'),
    detail: orNull(text()),
    ms: orNull(decimal()),
  }),
  FleetChangeDocument: document(
    {
      ...done,
      action: oneOf(['up', 'down', 'restart']),
      message: text('For people'),
      supervisor,
      instances: list(ref('SupervisedRow'), 'As they are now'),
      notStarted: list(ref('LeftOutInstance'), '`up` without names: instances that it does not run'),
    },
    'What `up --detach`, `down` and `restart` answer. The exit code tells how the instances are, with `--wait`',
  ),
  LeftOutInstance: shape({ id: text(), reason: text() }),
  SupervisorDocument: document({
    ...done,
    action: oneOf(['status', 'stop', 'reload']),
    message: text('For people'),
    supervisor,
    socket: text('Control socket'),
    log: text('Output of a detached supervisor'),
    instances: whole('How many it looks after'),
    ready: whole('How many of them are ready'),
    'reloaded?': ref('ReloadedSettings', '`reload`'),
  }),
  ReloadedSettings: shape({
    added: list(text()),
    removed: list(text()),
    restarted: list(text(), 'The process had to be started anew'),
    adjusted: list(text(), 'Taken over while it runs'),
    refused: list(ref('LeftOutInstance'), 'Not taken over: what counted before goes on'),
  }),
  SupervisorEventLine: shape(
    {
      ...versioned,
      time: text('ISO 8601'),
      instance: text('`product/profile`'),
      event: text('started, ready, unready, died, waiting, parked, stopping, stopped, adopted, restarting …'),
      message: text('For people'),
      pid: orNull(whole()),
    },
    'One line for each transition',
  ),
  TopLine: shape({ ...done, time: text('ISO 8601'), instances: list(ref('TopRow')) }, 'One line for each look'),
  TopRow: shape({
    id: text(),
    verdict: oneOf(VERDICTS),
    pid: orNull(whole()),
    cpuPercent: orNull(decimal(), 'Of one core since the last look, the whole process group; null: it cannot be told'),
    memoryBytes: orNull(whole(), 'Resident, the whole process group'),
    restarts: whole(),
    probeMs: orNull(decimal(), 'What the last probe took'),
    uptimeMs: orNull(whole()),
  }),
};
