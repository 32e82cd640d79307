import type { Issue } from '../../gen/output.gen.ts';
import { EXIT } from '../exit-codes.ts';
import type { Entries } from './entry.ts';
import { issueText } from './words.ts';

/** Products, profiles, and who owns what. */
export interface InstanceParams {
  PRODUCT_UNKNOWN: { product: string; known: string[] };
  PRODUCT_PACK_INVALID: { file: string; issues: Issue[] };
  PROFILE_NAME_INVALID: { name: string; reason: string };
  PROFILE_NAME_RESERVED: { name: string; label: string };
  PROFILE_CONFLICT: { first: string; second: string };
  PROFILE_UNKNOWN: { profile: string; product: string; known: string[] };
  PROFILE_NOT_SET_UP: { profile: string; product: string; account: string };
  INSTANCE_SPLIT: { profile: string; variable: string; value: string; owner: string };
  STATE_DIR_TAKEN: { stateDir: string; owner: string };
  PROFILE_NAME_TAKEN: { profile: string; stateDir: string };
  STATE_DIR_DENIED: { stateDir: string; reason: string };
  PATH_UNUSABLE: { what: string; path: string; reason: string };
  PROGRAM_NOT_CHOSEN: { instance: string; stateDir: string };
  COMMAND_TAKEN: { name: string; path: string; inPlace: boolean };
  PROFILE_EXISTS: { profile: string; path: string };
  PROFILE_RUNNING: { profile: string; reason: string };
  PATH_PROTECTED: { path: string; reason: string };
  CHANGE_UNFINISHED: { change: string; command: string };
}

export const instanceEntries: Entries<InstanceParams> = {
  PRODUCT_UNKNOWN: {
    exit: EXIT.usage,
    message: (p) => `unknown product ${JSON.stringify(p.product)} (known: ${p.known.join(', ')})`,
    hint: () => 'choose a known one with --product, or describe yours with --product-file FILE',
  },
  PRODUCT_PACK_INVALID: {
    exit: EXIT.config,
    message: (p) => issueText(p.file, p.issues),
    hint: () => 'compare it with docs/reference/product-packs.md, or a pack under templates/products',
  },
  PROFILE_NAME_INVALID: {
    exit: EXIT.usage,
    message: (p) => `profile name ${JSON.stringify(p.name)} ${p.reason}`,
    hint: () => 'use 1 to 64 letters, digits, "_" or "-", starting with a letter or digit, for example --profile rescue',
  },
  PROFILE_NAME_RESERVED: {
    exit: EXIT.usage,
    message: (p) => `profile name ${JSON.stringify(p.name)} is reserved: its service would be ${p.label}`,
    hint: () => 'choose another profile name',
  },
  PROFILE_CONFLICT: {
    exit: EXIT.usage,
    message: (p) => `${p.first} and ${p.second} name different profiles`,
    hint: () => 'give one of them',
  },
  PROFILE_UNKNOWN: {
    exit: EXIT.notRunning,
    message: (p) =>
      `profile ${p.profile} of ${p.product} does not exist (${p.known.length > 0 ? `there are: ${p.known.join(', ')}` : 'there is none'})`,
    hint: (p) => `polygate --product ${p.product} --profile ${p.profile} setup`,
  },
  PROFILE_NOT_SET_UP: {
    exit: EXIT.notRunning,
    message: (p) => `${p.account} has no profile ${p.profile} of ${p.product}: it is to be set up by that account itself`,
    hint: (p) => `sudo -iu ${p.account} polygate --product ${p.product} --profile ${p.profile} setup`,
  },
  INSTANCE_SPLIT: {
    exit: EXIT.config,
    message: (p) => `profile ${p.profile} was asked for, but ${p.variable}=${p.value} belongs to ${p.owner}`,
    hint: (p) => `unset ${p.variable}, or select only one of the two`,
  },
  STATE_DIR_TAKEN: {
    exit: EXIT.failed,
    message: (p) => `the state directory ${p.stateDir} belongs to ${p.owner}`,
    hint: () => 'use another profile, or remove the other instance first',
  },
  PROFILE_NAME_TAKEN: {
    exit: EXIT.failed,
    message: (p) => `${p.profile} is set up already, with the state directory ${p.stateDir}`,
    hint: () => 'give this one a name of its own with --profile',
  },
  STATE_DIR_DENIED: {
    exit: EXIT.noPermission,
    message: (p) => `no access to the state directory ${p.stateDir}: ${p.reason}`,
    hint: (p) => `check its owner and mode: ls -ld ${p.stateDir}`,
  },
  PATH_UNUSABLE: {
    exit: EXIT.config,
    message: (p) => `${p.what} cannot be ${p.path}: ${p.reason}`,
    hint: (_, command) => `choose another place; where this one comes from: ${command} paths`,
  },
  PROGRAM_NOT_CHOSEN: {
    exit: EXIT.config,
    message: (p) => `${p.instance} was not made by Polygate, and which program runs it was never said (${p.stateDir})`,
    hint: () =>
      "say it once: --program reference is Polygate's own gateway, --program auto the product's command where it is installed",
  },
  COMMAND_TAKEN: {
    exit: EXIT.failed,
    message: (p) => `${p.path} is another program called ${p.name}`,
    hint: (p) => (p.inPlace ? 'put the launcher elsewhere with --dir' : 'to have this one found first all the same: --force'),
  },
  PROFILE_EXISTS: {
    exit: EXIT.failed,
    message: (p) => `${p.profile} cannot be made: ${p.path} is there already`,
    hint: () => 'choose another profile name; what exists is listed by: polygate profiles list',
  },
  PROFILE_RUNNING: {
    exit: EXIT.failed,
    message: (p) => `${p.profile} is in use: ${p.reason}`,
    hint: () => 'stop it where it was started, then run the same command again',
  },
  PATH_PROTECTED: {
    exit: EXIT.failed,
    message: (p) => `${p.path} is not touched: ${p.reason}`,
    hint: () => 'move or remove it by hand if that is really meant',
  },
  CHANGE_UNFINISHED: {
    exit: EXIT.tempFail,
    message: (p) => `not finished: ${p.change}`,
    hint: (p) => `if no other command is at it, this finishes it: ${p.command}`,
  },
};
