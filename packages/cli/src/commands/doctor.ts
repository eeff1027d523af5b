import {
  diagnose,
  DIAGNOSIS_STATES,
  type Diagnosis,
  type DiagnosisReport,
  type VersionFacts,
} from '@keyturn/core';
import { chooseStrategy, buildParts, type CommonOptions } from '../build-parts.js';
import { EXIT_CODES } from '../exit-codes.js';
import { messageOf } from '../output/message-of.js';
import { showJson } from '../output/show-json.js';
import { styled } from '../output/style.js';
import { table } from '../output/table.js';
import { wrap } from '../output/wrap.js';
import { secretCommand, withStrategy, type AddCommand } from '../command.js';
import type { Screen } from '../terminal.js';
import { labelsShown } from '../output/labels-shown.js';
import { joinShown, show, showWord, type Showable } from '../output/shown.js';

const EXAMPLES = `
It only reads. It tries each stored credential at the database.

Examples:
  keyturn doctor prod/orders
  keyturn doctor prod/orders --json | jq -r .state`;

/** `keyturn doctor <secret>`: the state and the one safe next action. */
export const addDoctor: AddCommand = (program, run) => {
  withStrategy(secretCommand(program, 'doctor'))
    .description('shows the state of a secret and the one safe next action')
    .addHelpText('after', EXAMPLES)
    .action(
      run(async (terminal, secretId: string, options: CommonOptions) => {
        const parts = buildParts(options, terminal);
        const strategy = await chooseStrategy(options, parts, secretId);
        const report = await diagnose({ ...parts, strategy, secretId });
        if (options.json) {
          showJson(terminal, { secretId, strategy: strategy.name, ...plain(report) });
        } else showReport(terminal, secretId, report);
        return report.state === 'healthy' ? EXIT_CODES.ok : EXIT_CODES.unhealthy;
      }),
    );
};

/** A diagnosis with the words of its row. */
export function describeDiagnosis({ state, explanation, action, settings }: Diagnosis) {
  const { title, advice: message } = DIAGNOSIS_STATES[state];
  const advice = messageOf({ message, settings });
  return { state, title, explanation, advice, action };
}

function plain(report: DiagnosisReport) {
  const versions = report.facts.kind === 'read' ? report.facts.versions : [];
  return { ...describeDiagnosis(report), versions };
}

/** The diagnosis as a person reads it. */
export function showDiagnosis(terminal: Screen, secretId: string, diagnosis: Diagnosis): void {
  const { state, title, explanation, advice } = describeDiagnosis(diagnosis);
  const colour = state === 'healthy' ? 'green' : 'yellow';
  const { columns } = terminal;
  terminal.out(
    joinShown(
      [
        wrap(`${secretId} (${state})`, columns),
        styled(terminal, colour, title),
        '',
        wrap(explanation, columns, '  '),
        wrap(`Next: ${advice}`, columns, '  '),
        '',
      ],
      show`\n`,
    ),
  );
}

function showReport(terminal: Screen, secretId: string, report: DiagnosisReport): void {
  showDiagnosis(terminal, secretId, report);
  if (report.facts.kind !== 'read') return;
  const rows = report.facts.versions.map(rowOf);
  terminal.out(show`\n${table([['VERSION', 'LABELS', 'USER', 'SIGN-IN'], ...rows])}\n`);
}

/** Enough to tell versions apart; a whole id would leave no room for the rest on 80 columns. */
const SHORT = 8;

function rowOf({ versionId, labels, user, value, signIn }: VersionFacts): readonly Showable[] {
  const tried = value === 'absent' ? 'no value' : value === 'unfit' ? 'unfit' : signIn;
  return [showWord(versionId.slice(0, SHORT)), labelsShown(labels), user ?? '-', tried];
}
