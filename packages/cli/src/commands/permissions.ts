import { Option, type Command } from 'commander';
import { planSecretPermissions, type KeyturnError, type SecretPermissionPlan } from '@keyturn/core';
import { chooseStrategy, buildParts, type CommonOptions } from '../build-parts.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { messageOf } from '../output/message-of.js';
import { showJson } from '../output/show-json.js';
import { showPermissions } from '../output/show-permissions.js';
import { styled } from '../output/style.js';
import { wrap } from '../output/wrap.js';
import { secretCommand, withStrategy, type AddCommand, type Run } from '../command.js';
import type { Screen } from '../terminal.js';
import { show } from '../output/shown.js';

const HELP = `
It only reads; it changes nothing.
Examples:
  keyturn permissions plan prod/orders
  keyturn permissions diff prod/orders && echo equal`;

const PLAN_HELP = `
It only reads; it changes nothing. For each permission that stays, it shows the
statement that would revoke it from both users.

Examples:
  keyturn permissions plan prod/orders
  keyturn permissions plan prod/orders --policy reconcile`;

const DIFF_HELP = `
It only reads. Exit codes: 0 the two users are equal, 1 they differ, 3 refused,
64 wrong usage.

Examples:
  keyturn permissions diff prod/orders
  keyturn permissions diff prod/orders --json | jq .equal`;

/** `keyturn permissions plan|diff <secret>`: what a rotation would do to the permissions of a pair. */
export const addPermissions: AddCommand = (program, run) => {
  const permissions = program
    .command('permissions')
    .description('compares the permissions of an alternating pair; changes nothing')
    .addHelpText('after', HELP);
  addComparison(permissions, run, 'plan')
    .description('shows what the next rotation would do to the permissions, with the SQL')
    .addHelpText('after', PLAN_HELP);
  addComparison(permissions, run, 'diff')
    .description('shows how the two users differ; exits 1 if they do')
    .addHelpText('after', DIFF_HELP);
};

function addComparison(parent: Command, run: Run, name: 'plan' | 'diff'): Command {
  return withStrategy(secretCommand(parent, name))
    .addOption(
      new Option('--policy <name>', 'policy to use instead of the permissions setting').choices([
        'add-missing',
        'reconcile',
        'first-rotation-only',
        'none',
      ]),
    )
    .action(
      run(async (terminal, secretId: string, options: CommonOptions) => {
        const parts = buildParts(options, terminal);
        const strategy = await chooseStrategy(options, parts, secretId);
        const plan = await planSecretPermissions({ ...parts, strategy, secretId });
        if (options.json) {
          showJson(terminal, { secretId, strategy: strategy.name, ...plain(plan) });
        } else showOutcome(terminal, secretId, plan, name);
        return exitCodeOf(plan, name);
      }),
    );
}

function showOutcome(
  terminal: Screen,
  secretId: string,
  plan: SecretPermissionPlan,
  name: 'plan' | 'diff',
): void {
  if (plan.kind === 'planned') return showPermissions(terminal, secretId, plan, name);
  const { error } = plan;
  const text = show`${styled(terminal, 'yellow', 'Refused.')} ${messageOf(error)} (${error.code})`;
  terminal.out(show`${wrap(text, terminal.columns)}\n`);
}

/** Errors are no JSON of their own. */
function plain(plan: SecretPermissionPlan) {
  const { kind: outcome, ...facts } = plan;
  if (plan.kind === 'refused') return { outcome, error: problem(plan.error) };
  const databases = plan.databases.map(({ stopsWith, ...database }) => ({
    ...database,
    ...(stopsWith && { stopsWith: problem(stopsWith) }),
  }));
  return { outcome, ...facts, databases };
}

function problem(error: KeyturnError) {
  return { code: error.code, message: messageOf(error) };
}

function exitCodeOf(plan: SecretPermissionPlan, name: 'plan' | 'diff'): ExitCode {
  if (plan.kind === 'refused') return EXIT_CODES.refused;
  return name === 'diff' && !plan.equal ? EXIT_CODES.different : EXIT_CODES.ok;
}
