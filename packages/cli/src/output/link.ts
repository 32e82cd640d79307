import type { LinkChannel } from '@polygate/core';

/** A channel in one line: whether it is linked, and how long ago the other side took it for its account. */
export function linkText({ label, linked, authAgeMs }: LinkChannel): string {
  if (!linked) return `${label} not linked`;
  return authAgeMs === null ? `${label} linked` : `${label} linked (${age(authAgeMs)} ago)`;
}

function age(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
