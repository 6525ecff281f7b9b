import { Argument, Command } from "commander";
import { type CliContext, type JsonOption, showResult } from "./context.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** A command of the tree, with what may follow it. */
interface Node {
  /** The words after `reelog`, e.g. `keys create`. */
  readonly path: string;
  readonly description: string;
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
}

interface CompletedOption {
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/**
 * Creates `reelog completion SHELL`, which prints a script. The script holds all words, because starting a process at
 * each press of Tab would be slow.
 */
export function completionCommand(context: CliContext, program: () => Command): Command {
  return new Command("completion")
    .description("prints a script that completes `reelog` in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action((shell: Shell, { json }: JsonOption) => {
      const script = SCRIPTS[shell](nodesOf(program(), ""));
      showResult(context, { json, result: { shell, script }, lines: script.split("\n") });
    });
}

function nodesOf(command: Command, path: string): Node[] {
  const subcommands = command.commands.map((child) => ({ name: child.name(), description: child.description() }));
  const options = command.options.flatMap(({ long, description, required, argChoices }) =>
    long ? [{ name: long, description, takesValue: required, choices: argChoices ?? [] }] : [],
  );
  const own = { path, description: command.description(), subcommands, options };
  return [own, ...command.commands.flatMap((child) => nodesOf(child, `${path} ${child.name()}`.trim()))];
}

const SCRIPTS: Record<Shell, (nodes: readonly Node[]) => string> = {
  bash: bashScript,
  zsh: (nodes) => `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
autoload -Uz bashcompinit && bashcompinit
${bashScript(nodes)}`,
  fish: fishScript,
};

function bashScript(nodes: readonly Node[]): string {
  // No variable is called `path` or `words`, which zsh takes for its own. The longest path first: `keys create` also begins with `keys`.
  const cases = nodes
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ path, subcommands, options }) => {
      const words = [...subcommands.map(({ name }) => name), ...options.map(({ name }) => name)].join(" ");
      return `    ${path === "" ? "*" : `"${path}"|"${path} "*`}) offered="${words}" ;;`;
    });
  const choices = nodes.flatMap(({ path, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map((option) => `    "${path} ${option.name}") offered="${option.choices.join(" ")}" ;;`),
  );
  return `_reelog() {
  local offered="" seen="" last="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    last="\${COMP_WORDS[index]}"
    case "$last" in
      -*) ;;
      *) seen="\${seen:+$seen }$last" ;;
    esac
  done
  case "$seen" in
${cases.join("\n")}
  esac
  case "$seen $last" in
${choices.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$offered" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _reelog reelog`;
}

function fishScript(nodes: readonly Node[]): string {
  return nodes
    .flatMap(({ path, subcommands, options }) => {
      const seen = path === "" ? [] : path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
      const unseen = subcommands.map(({ name }) => name).join(" ");
      const before = [...seen, ...(unseen === "" ? [] : [`not __fish_seen_subcommand_from ${unseen}`])];
      const start = `complete -c reelog -n ${quoted(before.join("; and "))}`;
      return [
        ...subcommands.map(({ name, description }) => `${start} -f -a ${name} -d ${quoted(description)}`),
        ...options.map(({ name, description, takesValue, choices }) => {
          const values = choices.length === 0 ? (takesValue ? " -r" : "") : ` -x -a ${quoted(choices.join(" "))}`;
          return `${start} -l ${name.slice(2)} -d ${quoted(description)}${values}`;
        }),
      ];
    })
    .join("\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
