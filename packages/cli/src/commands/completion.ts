import { Argument, type Command } from 'commander';
import { EXIT_CODES } from '../exit-codes.js';
import type { AddCommand } from '../command.js';
import { whole } from '../output/lay-out.js';
import { showLines } from '../output/shown.js';

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
        const forShell =
          shell === 'bash' ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`;
        terminal.out(whole(showLines(forShell)));
        return EXIT_CODES.ok;
      }),
    );
};

function bashScript(program: Command): string {
  return `_keyturn() {
  local words
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1} " in
${casesOf(program).join('\n')}
    *) words="${wordsOf(program)}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _keyturn keyturn
`;
}

/** What follows the words typed so far; commands within commands come first, as their patterns are longer. */
function casesOf(parent: Command, before = ''): string[] {
  return parent.commands.flatMap((command) => {
    const typed = `${before}${command.name()} `;
    return [...casesOf(command, typed), `    "${typed}"*) words="${wordsOf(command)}" ;;`];
  });
}

function wordsOf({ commands, options, registeredArguments }: Command): string {
  const names = commands.map((command) => command.name());
  const choices = registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const flags = options.flatMap(({ long }) => (long == null ? [] : [long]));
  const help = commands.length > 0 ? ['help', '--help'] : ['--help'];
  return [...names, ...choices, ...flags, ...help].join(' ');
}
