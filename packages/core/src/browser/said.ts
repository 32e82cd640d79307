/** The socket of a browser that has just said where it listens; undefined for any other line. */
export const listeningAt = (line: string): string | undefined =>
  /DevTools listening on (ws:\/\/127\.0\.0\.1:\d+\/devtools\/browser\/[\w-]+)/.exec(line)?.[1];

/** Chromium goes on without a debugging port when it cannot have the one that it was told. Text of 2017 to 2026. */
export const saysPortTaken = (line: string): boolean => /Cannot start http server for devtools/.test(line);

export type WhyNotStarted = 'sandbox' | 'display' | 'other';

/** Texts of Chromium, seen in 120 to 143. */
const REASONS: readonly [WhyNotStarted, RegExp][] = [
  ['sandbox', /Running as root without --no-sandbox is not supported|No usable sandbox|setuid sandbox .*(?:not|isn't)/],
  ['display', /Missing X server or \$DISPLAY|Unable to open X display|Failed to connect to Wayland display|cannot open display/],
];

/** Why a browser ended before it could be used, and the line that says so, or else its last one. */
export function whyNotStarted(lines: readonly string[]): { why: WhyNotStarted; line: string } {
  for (const [why, text] of REASONS) {
    const line = lines.find((each) => text.test(each));
    if (line !== undefined) return { why, line: plain(line) };
  }
  return { why: 'other', line: plain(lines.findLast((each) => each.trim() !== '') ?? '') };
}

/** Without the stamp that Chromium puts before each line: `[1234:1234:1125/091500.123:ERROR:file.cc(12)]`. */
const plain = (line: string): string =>
  line
    .replace(/^\[[^\]]{0,120}\]\s*/, '')
    .trim()
    .slice(0, 300);
