import { median } from '../../lib/measure.mjs';

/** Samples that have all these values. */
export const pick = (samples, wanted) =>
  samples.filter((sample) => Object.entries(wanted).every(([key, value]) => sample[key] === value));

/** Median of one value of them; NaN when there is none. */
export function middle(samples, wanted, key = 'ms') {
  const values = pick(samples, wanted).map((sample) => sample[key]);
  return values.length > 0 ? median(values) : Number.NaN;
}

export const number = (value) => (Number.isFinite(value) ? value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2) : '–');
export const times = (value) => (Number.isFinite(value) ? `${value.toFixed(2)} ×` : '–');
