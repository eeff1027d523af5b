import { askService, type ServiceRotation } from '@keyturn/adapters-aws';
import { runRotation, type Refusal, type RotationEvent, type RotationRun } from '@keyturn/core';
import { chooseStrategy, buildParts, type CommonOptions, type Parts } from '../build-parts.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { messageOf } from '../output/message-of.js';
import { showJson } from '../output/show-json.js';
import {
  isPermissionEvent,
  showPermissionEvent,
  type PermissionEvent,
} from '../output/show-permission-event.js';
import { styled } from '../output/style.js';
import { table } from '../output/table.js';
import { wrap } from '../output/wrap.js';
import { secretCommand, withStrategy, type AddCommand } from '../command.js';
import { seconds } from '../option-values.js';
import type { Screen } from '../terminal.js';
import { show, type Shown } from '../output/shown.js';

interface RotateOptions extends CommonOptions {
  readonly inProcess?: boolean;
  readonly force?: boolean;
  readonly timeout: number;
}

const EXAMPLES = `
Without --in-process, the command calls RotateSecret and follows the progress.
The service itself retries a failed rotation.

Examples:
  keyturn rotate prod/orders
  keyturn rotate prod/orders --in-process --strategy single-user`;

/** `keyturn rotate <secret>`. */
export const addRotate: AddCommand = (program, run) => {
  withStrategy(secretCommand(program, 'rotate'))
    .description('rotates a secret, by its rotation function or in this process')
    .option('--in-process', 'rotate here, without a rotation function')
    .option('--force', 'with --in-process: also if a rotation is stuck or a function is set')
    .option('--timeout <seconds>', 'how long to follow the service', seconds, 300)
    .addHelpText('after', EXAMPLES)
    .action(
      run(async (terminal, secretId: string, options: RotateOptions) => {
        const parts = buildParts(options, terminal);
        return options.inProcess
          ? inProcess(terminal, secretId, options, parts)
          : byService(terminal, secretId, options, parts);
      }),
    );
};

async function inProcess(
  terminal: Screen,
  secretId: string,
  options: RotateOptions,
  parts: Parts,
): Promise<ExitCode> {
  const { json = false, force = false } = options;
  const strategy = await chooseStrategy(options, parts, secretId);
  if (!json) terminal.out(show`Rotating ${secretId} in this process (${strategy.name})\n`);
  const permissions: PermissionEvent[] = [];
  const result = await runRotation({
    ...parts,
    strategy,
    secretId,
    force,
    signal: terminal.interrupted,
    observer: {
      notify(event) {
        if (isPermissionEvent(event)) permissions.push(event);
        if (!json) showEvent(terminal, event);
      },
    },
  });
  if (json) {
    const news = permissions.map(({ secretId: _, versionId: __, step: ___, ...each }) => each);
    showJson(terminal, { secretId, strategy: strategy.name, ...plain(result), permissions: news });
  } else terminal.out(show`${wrap(sentenceAbout(terminal, result), terminal.columns)}\n`);
  return RUN_CODES[result.kind];
}

const RUN_CODES = {
  rotated: EXIT_CODES.ok,
  refused: EXIT_CODES.refused,
  yielded: EXIT_CODES.refused,
  aborted: EXIT_CODES.interrupted,
  failed: EXIT_CODES.failed,
} as const satisfies Record<RotationRun['kind'], ExitCode>;

function showEvent(terminal: Screen, event: RotationEvent): void {
  if (isPermissionEvent(event)) return showPermissionEvent(terminal, event);
  switch (event.name) {
    case 'rotation.step.succeeded':
      return terminal.out(show`  ${table([[event.step, event.outcome]], [12])}\n`);
    case 'rotation.failed':
      return terminal.out(
        show`${wrap(`${event.step} failed: ${messageOf(event)} (${event.code})`, terminal.columns, '  ')}\n`,
      );
    case 'rotation.healed':
      return terminal.out(show`${wrap(event.how, terminal.columns, '  ')}\n`);
    default:
  }
}

function sentenceAbout(terminal: Screen, run: RotationRun): Shown {
  const left = 'AWSPENDING is still on the version: `keyturn doctor` says what to do.';
  switch (run.kind) {
    case 'rotated':
      return show`${styled(terminal, 'green', 'Rotated.')} AWSCURRENT is version ${run.versionId}.`;
    case 'refused':
      return show`${styled(terminal, 'yellow', 'Refused.')} ${refusalText(run.refusal)} (${run.refusal.code})`;
    case 'yielded':
      return show`${styled(terminal, 'yellow', 'Gave way.')} ${messageOf(run.error)}`;
    case 'aborted':
      return show`${styled(terminal, 'yellow', 'Stopped')} before ${run.before}. ${run.pendingLeft ? left : 'Nothing is left behind.'}`;
    case 'failed':
      return show`${styled(terminal, 'red', 'Failed.')} ${run.pendingLeft ? left : messageOf(run.error)}`;
  }
}

function refusalText({ message, remedy, settings }: Refusal): string {
  return messageOf({ message: `${message} ${remedy}`, settings });
}

function plain(run: RotationRun) {
  const { kind: outcome, ...rest } = run;
  const problem = 'error' in run ? run.error : 'refusal' in run ? run.refusal : undefined;
  const { error: _, refusal: __, ...facts } = { error: 0, refusal: 0, ...rest };
  return {
    outcome,
    ...facts,
    ...(problem && { error: { code: problem.code, message: messageOf(problem) } }),
  };
}

async function byService(
  terminal: Screen,
  secretId: string,
  { json = false, timeout }: RotateOptions,
  { client }: Parts,
): Promise<ExitCode> {
  if (!json) terminal.out(show`Asking Secrets Manager to rotate ${secretId}\n`);
  const result = await askService(secretId, {
    client,
    timeoutMs: timeout * 1_000,
    signal: terminal.interrupted,
    onProgress: (text) => void (json || terminal.out(show`  ${text}\n`)),
  });
  const { kind: outcome, ...facts } = result;
  if (json) showJson(terminal, { secretId, outcome, ...facts });
  else terminal.out(show`${wrap(serviceSentence(terminal, result), terminal.columns)}\n`);
  if (result.kind === 'timeout' && terminal.interrupted.aborted) return EXIT_CODES.interrupted;
  return SERVICE_CODES[result.kind];
}

const SERVICE_CODES = {
  rotated: EXIT_CODES.ok,
  refused: EXIT_CODES.refused,
  abandoned: EXIT_CODES.failed,
  timeout: EXIT_CODES.timeout,
} as const satisfies Record<ServiceRotation['kind'], ExitCode>;

function serviceSentence(terminal: Screen, result: ServiceRotation): Shown {
  switch (result.kind) {
    case 'rotated':
      return show`${styled(terminal, 'green', 'Rotated.')} AWSCURRENT is version ${result.versionId}.`;
    case 'refused':
      return show`${styled(terminal, 'yellow', 'Refused')} by Secrets Manager: ${result.message} (${result.name}) \`keyturn doctor\` says more.`;
    case 'abandoned':
      return show`${styled(terminal, 'red', 'Abandoned.')} AWSPENDING was taken off version ${result.versionId}, and AWSCURRENT has not moved to it.`;
    case 'timeout':
      return show`${styled(terminal, 'yellow', 'Not finished.')} The service retries a failed rotation; \`keyturn doctor\` says where version ${result.versionId} stands.`;
  }
}
