import { Option, type Command } from 'commander';
import type { ExitCode } from './exit-codes.js';
import type { Screen } from './terminal.js';

/** Adds one command to the program; what its action gives becomes the exit code. */
export type AddCommand = (program: Command, run: Run) => void;

/** Wraps the action of a command. */
export type Run = <Args extends readonly unknown[]>(
  action: (terminal: Screen, ...args: Args) => Promise<ExitCode>,
) => (...args: Args) => Promise<void>;

/** A command for one secret, with the options that all of them have. */
export function secretCommand(program: Command, name: string): Command {
  return withAwsOptions(program.command(`${name} <secret>`));
}

/** The options of every command that talks to Secrets Manager. */
export function withAwsOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document')
    .option('--region <name>', 'AWS region (default: the usual AWS settings)')
    .option('--profile <name>', 'profile of the AWS configuration files')
    .option('--endpoint <url>', 'endpoint of Secrets Manager');
}

/** The options of commands that also look at the database. */
export function withStrategy(command: Command): Command {
  return command
    .addOption(
      new Option('--strategy <name>', 'how the secret is rotated; auto looks for masterarn')
        .choices(['auto', 'single-user', 'alternating-users'])
        .default('auto'),
    )
    .option('--superuser-secret <id>', 'superuser secret to use instead of masterarn');
}
