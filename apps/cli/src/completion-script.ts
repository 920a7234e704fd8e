import { EVERYWHERE } from "./help.ts";
import type { OptionSpec, Verb } from "./verb.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

type Known = Pick<Verb, "name" | "summary" | "options">;

const optionsOf = ({ options }: Known): [string, OptionSpec][] =>
  Object.entries({ ...options, ...EVERYWHERE });

/** Options whose value is a file or a folder. */
const takesFile = ({ value }: OptionSpec): boolean =>
  value === "FILE" || value === "DIR" || value === "MANIFEST";

const fileOptions = (verbs: readonly Known[]): string[] => [
  ...new Set(
    verbs.flatMap((verb) =>
      optionsOf(verb).flatMap(([name, spec]) => (takesFile(spec) ? [`--${name}`] : [])),
    ),
  ),
];

const flags = (verb: Known): string =>
  optionsOf(verb)
    .map(([name]) => `--${name}`)
    .join(" ");

const bash = (verbs: readonly Known[]): string => `# nightledger: eval "$(nightledger completion bash)"
_nightledger() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(" ")} --help --version" -- "$word"))
    return
  fi
  case $before in
    ${fileOptions(verbs).join("|")}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case \${COMP_WORDS[1]} in
${verbs.map((verb) => `    ${verb.name}) COMPREPLY=($(compgen -W "${flags(verb)}" -- "$word")) ;;`).join("\n")}
  esac
}
complete -o filenames -F _nightledger nightledger
`;

/** Within single quotes of a shell. */
const quoted = (text: string): string => text.replaceAll("'", "'\\''");

/** Within the brackets of zsh's _arguments. */
const bracketed = (text: string): string => quoted(text).replace(/[[\]:]/g, "\\$&");

const zshOption = ([name, spec]: [string, OptionSpec]): string => {
  const value = spec.type === "boolean" ? "" : `:${spec.value ?? "value"}:${takesFile(spec) ? "_files" : ""}`;
  return `        '--${name}[${bracketed(spec.help)}]${value}'`;
};

const zsh = (verbs: readonly Known[]): string => `#compdef nightledger
# nightledger: eval "$(nightledger completion zsh)"
_nightledger() {
  local -a verbs
  verbs=(
${verbs.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  case $words[2] in
${verbs.map((verb) => `    ${verb.name})\n      _arguments \\\n${optionsOf(verb).map(zshOption).join(" \\\n")} ;;`).join("\n")}
  esac
}
compdef _nightledger nightledger
`;

const fishVerb = (verb: Known): string => {
  const { name, summary } = verb;
  const own = optionsOf(verb).map(([option, spec]) => {
    const value = spec.type === "boolean" ? "" : takesFile(spec) ? " -r -F" : " -x";
    return `complete -c nightledger -n '__fish_seen_subcommand_from ${name}' -l ${option}${value} -d '${quoted(spec.help)}'`;
  });
  return [`complete -c nightledger -n __fish_use_subcommand -a ${name} -d '${quoted(summary)}'`, ...own].join(
    "\n",
  );
};

const fish = (verbs: readonly Known[]): string => `# nightledger: nightledger completion fish | source
complete -c nightledger -f
${verbs.map(fishVerb).join("\n")}
`;

/** What a shell reads to complete the command's verbs and options. */
export const completionScript = (shell: Shell, verbs: readonly Known[]): string =>
  ({ bash, zsh, fish })[shell](verbs);
