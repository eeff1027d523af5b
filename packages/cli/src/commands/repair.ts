import { repair, type Repair } from '@keyturn/core';
import { chooseStrategy, buildParts, type CommonOptions } from '../build-parts.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { messageOf } from '../output/message-of.js';
import { showJson } from '../output/show-json.js';
import { styled } from '../output/style.js';
import { wrap } from '../output/wrap.js';
import { secretCommand, withStrategy, type AddCommand } from '../command.js';
import type { Screen } from '../terminal.js';
import { describeDiagnosis, showDiagnosis } from './doctor.js';
import { joinShown, show } from '../output/shown.js';

interface RepairCommandOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly useSuperuser?: boolean;
  readonly userName?: string;
}

const EXAMPLES = `
On a terminal, it shows the plan and asks. Elsewhere, pass --yes. Before it
acts, it reads everything again and stops if anything has changed.

Examples:
  keyturn repair prod/orders --dry-run
  keyturn repair prod/orders --yes
  keyturn repair prod/orders --use-superuser
  keyturn repair prod/orders --use-superuser --user-name orders --yes`;

/** `keyturn repair <secret>`: plan, proof, act. */
export const addRepair: AddCommand = (program, run) => {
  withStrategy(secretCommand(program, 'repair'))
    .description('carries out the next action that doctor names, after proof')
    .option('--dry-run', 'only show the plan')
    .option('--yes', 'do not ask')
    .option('--use-superuser', 'allow setting the AWSCURRENT password if no stored password works')
    .option(
      '--user-name <name>',
      'user whose password may be set, needed if only AWSCURRENT names it',
    )
    .addHelpText('after', EXAMPLES)
    .action(
      run(async (terminal, secretId: string, options: RepairCommandOptions) => {
        const { json = false, dryRun = false, yes = false, useSuperuser = false } = options;
        const parts = buildParts(options, terminal);
        const strategy = await chooseStrategy(options, parts, secretId);
        const { userName } = options;
        const asks = !dryRun && !yes;
        const canAsk = asks && terminal.interactive && !json;
        let typed = false;
        const result = await repair({
          ...parts,
          strategy,
          secretId,
          dryRun,
          useSuperuser,
          ...(userName !== undefined && { userName }),
          async askUserName(steps, diagnosis) {
            if (!canAsk) return undefined;
            showPlan(terminal, secretId, diagnosis, steps);
            typed = true;
            return terminal.askText(show`Type the name of that user to go ahead:`);
          },
          async confirm(steps, diagnosis) {
            if (typed) return true;
            if (!json) showPlan(terminal, secretId, diagnosis, steps);
            return asks ? canAsk && terminal.ask(show`Go ahead?`) : true;
          },
        });
        if (json) showJson(terminal, { secretId, ...plain(result) });
        else showOutcome(terminal, secretId, result, asks);
        return exitCodeOf(result, dryRun);
      }),
    );
};

function showPlan(
  terminal: Screen,
  secretId: string,
  diagnosis: Repair['diagnosis'],
  steps: readonly string[],
): void {
  showDiagnosis(terminal, secretId, diagnosis);
  const list = steps.map((step, i) => wrap(`${i + 1}. ${step}`, terminal.columns, '  '));
  terminal.out(show`\nPlan:\n${joinShown(list, show`\n`)}\n`);
}

function showOutcome(terminal: Screen, secretId: string, result: Repair, asks: boolean): void {
  const { columns } = terminal;
  switch (result.kind) {
    case 'nothing-to-do':
      return showDiagnosis(terminal, secretId, result.diagnosis);
    case 'refused':
      showDiagnosis(terminal, secretId, result.diagnosis);
      return terminal.out(show`\n${wrap(`Not repaired. ${messageOf(result.refusal)}`, columns)}\n`);
    case 'planned':
      if (!asks) showPlan(terminal, secretId, result.diagnosis, result.steps);
      return terminal.out(
        asks && !terminal.interactive
          ? show`\nNothing was done: not a terminal; pass --yes to go ahead.\n`
          : show`\nNothing was done.\n`,
      );
    case 'repaired':
      return terminal.out(show`\n${styled(terminal, 'green', 'Repaired.')}\n`);
    case 'failed':
      return terminal.out(
        show`\n${wrap(show`${styled(terminal, 'red', 'Failed.')} ${messageOf(result.error)} (${result.error.code})`, columns)}\n`,
      );
  }
}

function plain(result: Repair) {
  const { kind, diagnosis } = result;
  return {
    outcome: kind,
    diagnosis: describeDiagnosis(diagnosis),
    ...('steps' in result && { steps: result.steps }),
    ...('refusal' in result && {
      refusal: { code: result.refusal.code, message: messageOf(result.refusal) },
    }),
    ...('error' in result && {
      error: { code: result.error.code, message: messageOf(result.error) },
    }),
  };
}

function exitCodeOf({ kind }: Repair, dryRun: boolean): ExitCode {
  switch (kind) {
    case 'nothing-to-do':
    case 'repaired':
      return EXIT_CODES.ok;
    case 'planned':
      return dryRun ? EXIT_CODES.unhealthy : EXIT_CODES.declined;
    case 'refused':
      return EXIT_CODES.refused;
    case 'failed':
      return EXIT_CODES.failed;
  }
}
