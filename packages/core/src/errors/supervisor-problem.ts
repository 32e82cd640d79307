import type { Entries } from './catalogue/entry.ts';
import { type SuperviseParams, superviseEntries } from './catalogue/supervise.ts';
import { type SupervisorParams, supervisorEntries } from './catalogue/supervisor.ts';
import { type MakeProblem, problemsOf } from './problems-of.ts';

interface Params extends SuperviseParams, SupervisorParams {}

const entries: Entries<Params> = { ...superviseEntries, ...supervisorEntries };

/** A problem with the supervisor or what it looks after: commands that have nothing to do with it do not load these texts. */
export const supervisorProblem: MakeProblem<Params> = problemsOf<Params>(entries);

/** True for a code of these, as another process said it. */
export const isSupervisorCode = (code: string): code is keyof Params => Object.hasOwn(entries, code);
