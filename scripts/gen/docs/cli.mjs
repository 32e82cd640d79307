import { loadTs } from '../../lib/load-ts.mjs';
import { anchor, block, code, link, page, prose, sentence, table } from './markdown.mjs';

const PROGRAM = 'polygate';
const EFFECTS = {
  read: 'Changes nothing. Safe to run at any time, also in scripts that only watch.',
  write: 'Changes something, and says what.',
  destructive: 'Removes something that the command itself cannot bring back.',
  run: 'Stays in the foreground until it is told to stop (Ctrl-C, SIGTERM).',
};

export async function cliPage() {
  const { COMMANDS, GROUPS } = await loadTs('packages/cli/src/commands/index.ts');
  const { GLOBAL_OPTIONS } = await loadTs('packages/cli/src/globals.ts');
  const visible = COMMANDS.filter((command) => !command.hidden);
  const groups = grouped(visible, GROUPS);
  return page(
    'packages/cli/src/commands',
    '# Command reference',
    `\`polygate\` and \`zero\` are the same command; \`zero\` means \`--product zero\`. Below, \`polygate\` stands for both.
${code('polygate <command> --help')} prints what is said here about one command, and \`polygate --version\` the version.`,
    '## Contents',
    groups.map(contents),
    '## Effects',
    'Every command says what it does to the machine:',
    table(
      ['Effect', 'Meaning'],
      Object.entries(EFFECTS).map(([effect, meaning]) => [code(effect), meaning]),
    ),
    '## Global options',
    `Accepted by every command, before or after its words: \`polygate --profile rescue status\` and
\`polygate status --profile rescue\` are the same. An option that is given twice is refused.`,
    optionTable(GLOBAL_OPTIONS),
    `With \`--json\`, stdout holds one JSON document and nothing else, also on failure; \`logs\` and \`up\` print one JSON object
per line instead. The shapes are in [json.md](json.md), the exit codes in [exit-codes.md](exit-codes.md).`,
    '## Flags of the family',
    `Scripts written for other commands of the family go on working: flags of theirs that mean nothing here (for example
\`--wizard\`, \`--tailscale\`, \`--node-manager\`) are accepted, do nothing, and are left out of the help and of this page.`,
    groups.map(section),
  );
}

/** Commands of one word first, then each group, in the order of the help. */
function grouped(commands, titles) {
  const groups = new Map([['', { heading: 'Commands', commands: [] }]]);
  for (const command of commands) {
    const noun = command.path.length > 1 ? command.path[0] : '';
    if (!groups.has(noun)) groups.set(noun, { heading: `${noun}: ${titles[noun]}`, commands: [] });
    groups.get(noun).commands.push(command);
  }
  return [...groups.values()];
}

function contents({ heading, commands }) {
  const rows = commands.map((command) => [link(code(words(command)), anchor(words(command))), prose(summaryOf(command))]);
  return [`**${heading}**`, table(['Command', 'What it does'], rows)];
}

function section({ heading, commands }) {
  return [`## ${heading}`, commands.map(describe)];
}

function describe(command) {
  const { effect, args = [], options = [], aliases = [], examples = [], prints } = command;
  if (!(effect in EFFECTS)) throw new Error(`docs: ${words(command)} has the effect ${effect}, which is not explained`);
  const shown = options.filter((option) => !option.hidden);
  const also = aliases.map((path) => code(`${PROGRAM} ${path.join(' ')}`)).join(', ');
  return [
    `### ${words(command)}`,
    block('', usage(command, shown)),
    `${sentence(summaryOf(command))}\nEffect: ${code(effect)}.${also ? ` Also: ${also}.` : ''} With \`--json\`: ${prints.map(schemaLink).join(', ')}.`,
    args.length > 0
      ? table(
          ['Argument', 'Meaning'],
          args.map(({ name, description }) => [code(name), prose(description)]),
        )
      : '',
    shown.length > 0 ? optionTable(shown) : '',
    examples.length > 0 ? block('sh', examples.map((line) => `${PROGRAM} ${line}`).join('\n')) : '',
  ];
}

const schemaLink = (name) => link(code(name), `schemas/output/${name}.schema.json`);

/** The help of a command has no line for its other names, and says them here; the page has one. */
const summaryOf = ({ summary }) => summary.replace(/ \(also: [^)]*\)$/, '');
const words = ({ path }) => path.join(' ');

function usage(command, shown) {
  const args = (command.args ?? []).map(({ name }) => name);
  return [PROGRAM, ...command.path, ...args, ...(shown.length > 0 ? ['[options]'] : [])].join(' ');
}

function optionTable(options) {
  const rows = options.map(({ flags, description, choices, inline }) => {
    const names = inline ? `${code(flags)}, ${code(`${flags}=${inline}`)}` : code(flags);
    return [names, sentence(description) + (choices ? ` One of ${choices.map(code).join(', ')}.` : '')];
  });
  return table(['Option', 'Meaning'], rows);
}
