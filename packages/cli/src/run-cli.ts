import { Command, CommanderError } from 'commander';
import { KeyturnError, type ErrorCode } from '@keyturn/core';
import type { Run } from './command.js';
import { addCompletion } from './commands/completion.js';
import { addDoctor } from './commands/doctor.js';
import { addFleet } from './commands/fleet.js';
import { addPermissions } from './commands/permissions.js';
import { addRepair } from './commands/repair.js';
import { addRotate } from './commands/rotate.js';
import { addVersions } from './commands/versions.js';
import { EXIT_CODES, type ExitCode } from './exit-codes.js';
import { messageOf } from './output/message-of.js';
import { showJson } from './output/show-json.js';
import { show, showLines, type Shown } from './output/shown.js';
import { styled } from './output/style.js';
import { wrap } from './output/wrap.js';
import { screenOf, type Screen, type Terminal } from './terminal.js';
import { VERSION } from './version.js';

const HELP = `
Exit codes: 0 done, healthy or equal, 1 not equal (permissions diff),
2 action needed, 3 refused and nothing changed, 4 failed midway,
5 still running, 6 not confirmed, 64 wrong usage, 70 an unexpected failure,
130 interrupted. See docs/cli.md.

The command reads the same environment variables as a rotation function, such as
KEYTURN_TLS_CA: docs/settings.md.`;

const COMMANDS = [
  addRotate,
  addFleet,
  addDoctor,
  addRepair,
  addPermissions,
  addVersions,
  addCompletion,
];

/** Runs one command line. @returns the exit code; never throws. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const screen = screenOf(terminal);
  let code: ExitCode = EXIT_CODES.ok;
  const program = new Command('keyturn')
    .description('Rotates secrets, shows what state they are in, and repairs stuck rotations.')
    .version(VERSION, '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => screen.out(showLines(text)),
      writeErr: (text) => screen.err(showLines(text)),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      getOutHasColors: () => terminal.colours,
      getErrHasColors: () => terminal.colours,
    })
    .addHelpText('after', HELP);
  const run: Run =
    (action) =>
    async (...args) => {
      code = await action(screen, ...args);
    };
  for (const add of COMMANDS) add(program, run);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    screen.err(show`${styled(screen, 'red', 'error')}: ${problem(error, screen)}\n`);
    if (argv.includes('--json')) showJson(screen, { error: plain(error) });
    return KeyturnError.is(error) ? EXIT_CODES.refused : EXIT_CODES.unforeseen;
  }
}

function problem(error: unknown, { columns }: Screen): Shown {
  const { code, message } = plain(error);
  return wrap(KeyturnError.is(error) ? `${message} (${code})` : message, columns);
}

function plain(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  if (KeyturnError.is(error)) return { code: error.code, message: messageOf(error) };
  // By its shape: an error of Node itself is none of this realm under some test runners.
  const { message = 'something other than an Error was thrown' } = (error ?? {}) as Partial<Error>;
  return { code: 'KEYTURN_UNEXPECTED', message };
}
