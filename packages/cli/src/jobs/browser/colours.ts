import { textAt } from '@polygate/core';

/** Told apart at a glance, also by the colour-blind. */
const COLOURS = ['#4477AA', '#EE6677', '#228833', '#CCBB44', '#66CCEE', '#AA3377', '#BBBBBB'] as const;

/** The first colour that no browser profile of the config has; all taken, they begin anew. */
export function nextColour(profiles: Readonly<Record<string, unknown>>): string {
  const used = new Set(Object.values(profiles).map((profile) => textAt(profile, 'color')?.toUpperCase()));
  return COLOURS.find((colour) => !used.has(colour)) ?? (COLOURS[Object.keys(profiles).length % COLOURS.length] as string);
}
