import { type Command, optionName, takesValue } from '../command.ts';
import { GLOBAL_OPTIONS } from '../globals.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A completion script made from the command table; profile names are asked of the command itself when they are needed. */
export function completionScript(shell: Shell, program: string, commands: readonly Command[]): string {
  const shown = commands.filter((c) => !c.hidden);
  return { bash, zsh, fish }[shell](program, shown);
}

const visible = (command: Command) => (command.options ?? []).filter((o) => !o.hidden);
const globals = GLOBAL_OPTIONS.map((o) => `--${optionName(o)}`);
const unique = (words: readonly string[]) => [...new Set(words)];
const firstWords = (commands: readonly Command[]) => unique(commands.map((c) => c.path[0] as string));

/** What may follow the words of a group: `gateway`, `browser`, `browser profiles`. */
function wordsAfter(commands: readonly Command[]): Map<string, string[]> {
  const after = new Map<string, string[]>();
  for (const { path } of commands) {
    for (const [i, word] of path.entries()) {
      const before = path.slice(0, i).join(' ');
      if (i > 0) after.set(before, [...(after.get(before) ?? []), word]);
    }
  }
  return after;
}

function bash(program: string, commands: readonly Command[]): string {
  const name = `_${program.replaceAll(/\W/g, '_')}_complete`;
  const subcommands = [...wordsAfter(commands)].map(([words, next]) => `    "${words}") words="${unique(next).join(' ')}" ;;`);
  // The longer path first: what follows a command's words are its arguments, but `gateway status` is more than `gateway`.
  const options = commands
    .flatMap((c) => [c.path, ...(c.aliases ?? [])].map((path) => ({ path, names: visible(c).map((o) => `--${optionName(o)}`) })))
    .sort((a, b) => b.path.length - a.path.length)
    .map(({ path, names }) => `    "${path.join(' ')} "*) words="${[...names, ...globals].join(' ')}" ;;`);
  const all = [...GLOBAL_OPTIONS, ...commands.flatMap((c) => c.options ?? [])];
  const takers = unique(all.filter(takesValue).map((o) => `--${optionName(o)}`));
  const choices = unique(
    all.flatMap((o) =>
      o.choices ? [`  --${optionName(o)}) COMPREPLY=($(compgen -W "${o.choices.join(' ')}" -- "$cur")); return ;;`] : [],
    ),
  );
  // bash splits words at "=": --profile=x comes as three.
  return `# ${program} completion for bash: eval "$(${program} completion bash)"
${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" words="" path="" word skip=""
  COMPREPLY=()
  if [ "$cur" = "=" ]; then cur=""; elif [ "$prev" = "=" ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  case "$prev" in
  --profile)
    COMPREPLY=($(compgen -W "$(${program} profiles list --json 2>/dev/null | sed -n 's/^ *"profile": "\\(.*\\)",*$/\\1/p' | sort -u)" -- "$cur"))
    return ;;
${choices.join('\n')}
  ${takers.join(' | ')}) return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ "$word" = "=" ]; then skip=1; continue; fi
    if [ -n "$skip" ]; then skip=""; continue; fi
    case "$word" in
    ${takers.join(' | ')}) skip=1 ;;
    -*) ;;
    *) path="\${path:+$path }$word" ;;
    esac
  done
  if [ "\${cur#-}" != "$cur" ]; then
    case "$path " in
${options.join('\n')}
    *) words="${globals.join(' ')}" ;;
    esac
  else
    case "$path" in
    "") words="${firstWords(commands).join(' ')}" ;;
${subcommands.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F ${name} ${program}
`;
}

function zsh(program: string, commands: readonly Command[]): string {
  return `#compdef ${program}
# ${program} completion for zsh: eval "$(${program} completion zsh)"
autoload -U +X bashcompinit && bashcompinit
${bash(program, commands)}`;
}

function fish(program: string, commands: readonly Command[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = firstWords(commands).map((word) => {
    const alone = commands.find((c) => c.path.length === 1 && c.path[0] === word);
    return `complete -c ${program} -f -n __fish_use_subcommand -a ${word} -d ${quoted(alone?.summary ?? `${word} commands`)}`;
  });
  for (const command of commands) {
    const seen = (words: readonly string[]) => words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const under = seen(command.path);
    for (const [i, word] of command.path.entries()) {
      const about = i === command.path.length - 1 ? command.summary : `${word} commands`;
      if (i > 0) lines.push(`complete -c ${program} -f -n '${seen(command.path.slice(0, i))}' -a ${word} -d ${quoted(about)}`);
    }
    for (const option of visible(command)) {
      lines.push(
        `complete -c ${program} -n '${under}' -l ${optionName(option)}${takesValue(option) ? ' -r' : ''} -d ${quoted(option.description)}`,
      );
    }
  }
  for (const option of GLOBAL_OPTIONS) {
    lines.push(
      `complete -c ${program} -l ${optionName(option)}${takesValue(option) ? ' -x' : ''} -d ${quoted(option.description)}`,
    );
  }
  return `# ${program} completion for fish: ${program} completion fish | source\n${unique(lines).join('\n')}\n`;
}
