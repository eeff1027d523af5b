import { Argument, type Command } from 'commander';
import { EXIT_CODES } from '../exit-codes.js';
import type { AddCommand } from '../command.js';

const EXAMPLES = `
Examples:
  eval "$(keyturn completion bash)"    in ~/.bashrc
  eval "$(keyturn completion zsh)"     in ~/.zshrc`;

/** `keyturn completion bash|zsh`: a script for the shell, made from the commands themselves. */
export const addCompletion: AddCommand = (program, run) => {
  program
    .command('completion')
    .description('prints a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .addHelpText('after', EXAMPLES)
    .action(
      run(async (terminal, shell: string) => {
        const script = bashScript(program);
        // zsh understands bash's own completions.
        terminal.out(
          shell === 'bash' ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`,
        );
        return EXIT_CODES.ok;
      }),
    );
};

function bashScript(program: Command): string {
  const { commands } = program;
  const cases = commands.map((command) => {
    const options = command.options.flatMap(({ long }) => (long == null ? [] : [long]));
    const shells = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
    return `    ${command.name()}) words="${[...shells, ...options, '--help'].join(' ')}" ;;`;
  });
  return `_keyturn() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="${commands.map((command) => command.name()).join(' ')} help --help" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map((command) => command.name()).join(' ')} help --help"
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _keyturn keyturn
`;
}
