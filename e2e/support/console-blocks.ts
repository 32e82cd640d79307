/** One command of a page, with the output that the page shows for it. */
export interface Step {
  /** Where it stands: file and line. */
  at: string;
  command: string;
  /** What is shown, up to Ctrl-C when there is one. */
  shown: string[];
  /** What is shown after Ctrl-C; undefined when the command ends by itself, or stays. */
  afterInterrupt: string[] | undefined;
  /** It is still running when the next command is typed: a terminal of its own. */
  stays: boolean;
}

const FENCE = /^```(console|sh)( running)?$/;

/** The commands of every ```console block of a page, in order. The syntax is described in CONTRIBUTING.md. */
export function consoleSteps(file: string, markdown: string): Step[] {
  const steps: Step[] = [];
  for (const { language, running, line, lines } of blocks(markdown)) {
    if (language !== 'console') continue;
    if (!lines[0]?.startsWith('$ ')) throw new Error(`${file}:${line + 1}: a console block starts with "$ command"`);
    for (const [i, text] of lines.entries()) {
      const last = steps.at(-1);
      if (text.startsWith('$ '))
        steps.push({ at: `${file}:${line + i + 1}`, command: text.slice(2), shown: [], afterInterrupt: undefined, stays: false });
      else if (!last) continue;
      else if (last.afterInterrupt) last.afterInterrupt.push(text);
      // As a terminal shows it: what the program says next stands right behind.
      else if (text.startsWith('^C')) last.afterInterrupt = [text.slice(2)];
      else last.shown.push(text);
    }
    const last = steps.at(-1);
    if (running && last) last.stays = true;
  }
  return steps;
}

/** Every command line of a page's ```console and ```sh blocks, with continued lines joined. */
export function commandLines(file: string, markdown: string): { at: string; command: string }[] {
  const found: { at: string; command: string }[] = [];
  for (const { language, line, lines } of blocks(markdown)) {
    for (let i = 0; i < lines.length; i += 1) {
      const at = `${file}:${line + i + 1}`;
      let text = lines[i] as string;
      if (language === 'console' && !text.startsWith('$ ')) continue;
      while (text.endsWith('\\') && i + 1 < lines.length) text = text.slice(0, -1) + lines[(i += 1)];
      found.push({ at, command: text.replace(/^\$ /, '') });
    }
  }
  return found;
}

function blocks(markdown: string): { language: string; running: boolean; line: number; lines: string[] }[] {
  const found: { language: string; running: boolean; line: number; lines: string[] }[] = [];
  let open: (typeof found)[number] | undefined;
  for (const [i, text] of markdown.split('\n').entries()) {
    const fence = FENCE.exec(text);
    if (open && text === '```') open = undefined;
    else if (open) open.lines.push(text);
    else if (fence)
      found.push((open = { language: fence[1] as string, running: fence[2] !== undefined, line: i + 1, lines: [] }));
  }
  return found;
}
