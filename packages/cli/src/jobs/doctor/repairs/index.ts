import type { RepairKind } from '@polygate/core/doctor';
import { mode, tidy } from './files.ts';
import { config, ledger } from './record.ts';
import type { Repair } from './repair.ts';
import { install, linger, migrate, settle } from './service.ts';

/** In the order in which they are done: what a later one rests on comes first. */
export const REPAIRS_IN_ORDER: readonly (readonly [RepairKind, Repair])[] = [
  ['tidy', tidy],
  ['mode', mode],
  ['ledger', ledger],
  ['config', config],
  ['linger', linger],
  ['migrate', migrate],
  ['install', install],
  ['settle', settle],
];
