import type { IsolationFinding } from '../gen/output.gen.ts';

/** What one instance has that no other may have, and what others of the account may not read. */
export type PlaceUse =
  | 'state directory'
  | 'config'
  | 'workspace'
  | 'logs'
  | 'env file'
  | 'lock'
  | 'device identity'
  | 'credentials'
  | 'channel token file';

/** One path of an instance, as it is named and as it is on the disk. */
export interface PlaceFact {
  use: PlaceUse;
  /** As the instance names it, absolute. */
  path: string;
  /** With symlinks resolved as far as the path exists. */
  canonical: string;
  /** `device:inode`, which a bind mount and another case of letters do not change; absent when nothing is there. */
  node?: string;
  /** Permission bits; absent when nothing is there, or where they mean nothing (Windows). */
  mode?: number;
  uid?: number;
  /** The documents of the product put it there for this profile. */
  usual: boolean;
}

export type SecretUse = 'gateway token' | 'gateway password' | 'channel account';

/** One secret of an instance. Only its hash is known here: what is not there cannot be printed. */
export interface SecretFact {
  use: SecretUse;
  /** Where it stands: `gateway.auth.token`, `channels.telegram.botToken`. */
  key: string;
  /** Of the value; salted anew for each audit. */
  hash: string;
  /** The config names a variable here (`${BOT_TOKEN}`), so that the value is only known to be the same if that variable is. */
  reference: boolean;
}

export interface InstanceFacts {
  /** What findings call it: its name, and where two go by one name, its state directory too. */
  id: string;
  /** `product/profile`. */
  name: string;
  places: readonly PlaceFact[];
  secrets: readonly SecretFact[];
}

export interface AuditInput {
  instances: readonly InstanceFacts[];
  /** File names that differ only in the case of letters are one file (macOS, Windows). */
  foldsCase: boolean;
  /** The account that asks; undefined where there are no user ids. */
  uid: number | undefined;
  /** Path separator of the platform. */
  sep: string;
}

export type Finding = IsolationFinding;
export type Severity = Finding['severity'];
