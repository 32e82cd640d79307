import { isProblem, type Problem } from '@polygate/core';
import type { InstanceSpec, SupervisorEvent } from '@polygate/core/supervise';
import { type FoundInstance, listInstances, openFound } from '@polygate/host/instances';
import type { Fleet } from '@polygate/supervisor';
import type { ReloadResult } from '@polygate/supervisor/control';
import type { Context } from '../../context.ts';
import { selectNamed, selectWanted } from './select.ts';
import { circular, specsOf, withoutRestart, withoutStranded } from './specs.ts';

export interface DeskOptions {
  /** Without names it also takes up, at a reload that was asked for, what is set up meanwhile. */
  all: boolean;
  restart: boolean;
}

/** What the supervisor knows besides its fleet: which instances it looks after, and how each shall be run. */
export interface Desk {
  /** Takes these up, as they were read when it began. */
  begin(specs: readonly InstanceSpec[]): Promise<void>;
  /** Wants them up; those that it does not know yet are read and taken up. */
  start(ids: readonly string[]): Promise<void>;
  /** Reads all settings again and takes over what changed. `thorough`: somebody asked for it. */
  reload(thorough: boolean): Promise<ReloadResult>;
  ids(): string[];
  listen(listener: (event: SupervisorEvent) => void): () => void;
}

export function openDesk(context: Context, fleet: Fleet, { all, restart }: DeskOptions): Desk {
  let specs = new Map<string, InstanceSpec>();
  const listeners = new Set<(event: SupervisorEvent) => void>();
  const tell = (event: SupervisorEvent) => {
    for (const listener of listeners) listener(event);
  };
  fleet.listen(tell);
  const say = (id: string, event: string, message: string) => {
    const pid = fleet.reports().find((report) => report.id === id)?.pid ?? null;
    tell({ at: context.host.clock.now(), id, event, message, pid });
  };
  /** One after the other: two changes at once would each undo the other. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(body: () => Promise<T>): Promise<T> => {
    const next = last.then(body, body);
    last = next.catch(() => undefined);
    return next;
  };
  const take = async (wanted: readonly InstanceSpec[]) => {
    const kept = restart ? wanted : withoutRestart(wanted);
    const applied = await fleet.apply(kept);
    specs = new Map(kept.map((spec) => [spec.id, spec]));
    return applied;
  };
  return {
    begin: (wanted) => inTurn(async () => void (await take(wanted))),
    start: (ids) =>
      inTurn(async () => {
        // One that does not run is started by what is on the disk now: a service may have been installed anew meanwhile.
        const runs = new Set(fleet.reports().flatMap(({ id, up }) => (up.value ? [id] : [])));
        const read = ids.filter((id) => !runs.has(id));
        if (read.length > 0) {
          const fresh = context.again();
          const { chosen } = await selectNamed(fresh, read, runs);
          const book = await specsOf(
            fresh,
            chosen.filter(({ instance }) => !runs.has(instance.id)),
          );
          const [bad] = book.refused;
          if (bad) throw bad.problem;
          await take([...new Map([...specs.values(), ...book.specs].map((spec) => [spec.id, spec])).values()]);
        }
        await fleet.start(ids);
      }),
    reload: (thorough) =>
      inTurn(async () => {
        const result = await reread(context.again(), specs, all && thorough);
        const { added, removed, restarted, adjusted } = await take(result.specs);
        for (const { id, problem } of result.refused) say(id, 'refused', `goes on as it was: ${problem.message}`);
        for (const id of adjusted) say(id, 'changed', 'has other settings from now on');
        return {
          ...{ added, removed, restarted, adjusted },
          refused: result.refused.map(({ id, problem }) => ({ id, reason: problem.message })),
        };
      }),
    ids: () => [...specs.keys()],
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

interface Reread {
  specs: InstanceSpec[];
  refused: { id: string; problem: Problem }[];
}

/** All that is looked after, read again. What cannot be used stays as it was; what is gone from the disk is let go. */
async function reread(context: Context, before: ReadonlyMap<string, InstanceSpec>, newOnes: boolean): Promise<Reread> {
  const world = await context.world();
  const found = new Map((await listInstances(world)).map((one) => [`${one.product}/${one.profile}`, one]));
  const result: Reread = { specs: [], refused: [] };
  for (const [id, old] of before) {
    const one = found.get(id);
    if (!one) continue;
    const read = await readOne(context, one);
    if (isProblem(read)) {
      result.refused.push({ id, problem: read });
      result.specs.push(old);
    } else result.specs.push(read);
  }
  goOnInsteadOfCircles(result, before);
  if (!newOnes) return result;
  const { chosen } = await selectWanted(context, new Set(before.keys()));
  const book = await specsOf(context, chosen);
  return withoutStranded({ specs: [...result.specs, ...book.specs], refused: [...result.refused, ...book.refused] });
}

/** Those of a circle that an edit made go on by what counted before. */
function goOnInsteadOfCircles(result: Reread, before: ReadonlyMap<string, InstanceSpec>): void {
  for (let round = circular(result.specs); round.length > 0; round = circular(result.specs)) {
    result.refused.push(...round);
    result.specs = result.specs.map((spec) => (round.some(({ id }) => id === spec.id) && before.get(spec.id)) || spec);
  }
}

async function readOne(context: Context, found: FoundInstance): Promise<InstanceSpec | Problem> {
  try {
    const opened = await openFound(await context.world(), found, { live: false });
    const { specs, refused } = await specsOf(context, [opened]);
    const [spec] = specs;
    return spec ?? (refused[0] as Reread['refused'][number]).problem;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}
