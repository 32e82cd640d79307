import type { Instance } from '../instance/instance.ts';
import type { Footprint } from './footprint.ts';

/** One instance whose ports must be kept clear. */
export interface Occupant {
  name: string;
  footprint: Footprint;
}

export const occupant = ({ id, footprint }: Instance): Occupant => ({ name: id, footprint });
