import { SecretsManagerDirectory } from '@keyturn/adapters-aws';
import { rotatedAccordingTo } from '@keyturn/core';
import type { Command } from 'commander';
import { withAwsOptions, type AddCommand } from '../command.js';
import { buildParts, type CommonOptions } from '../build-parts.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { findFleet } from '../fleet/find-fleet.js';
import { exitCodeOf, namesOf, plainResult, showResult } from '../fleet/fleet-report.js';
import { addFilter } from '../fleet/parse-filter.js';
import { readClusters } from '../fleet/read-clusters.js';
import { PATIENT, runFleet, type RunOptions } from '../fleet/run-fleet.js';
import { openJournal, readIds, type SelectionOptions } from '../fleet/selection.js';
import { showFleet, showPlan } from '../fleet/show-plan.js';
import { count, rate, seconds } from '../option-values.js';
import { showJson } from '../output/show-json.js';
import type { Screen } from '../terminal.js';
import { show } from '../output/shown.js';

type FleetOptions = CommonOptions &
  SelectionOptions &
  RunOptions & {
    readonly clusterLimit: boolean;
    readonly dryRun?: boolean;
    readonly yes?: boolean;
  };

const HELP = `
Filters are those of ListSecrets: all, description, name, owning-service,
primary-region, tag-key, tag-value. A value is a prefix; a leading ! negates it.
A secret matches if it fits every filter, by any of the filter's values.

Each secret is rotated by its own function. Skipped are secrets without
rotation, managed secrets, replicas, and secrets marked for deletion. With
--journal, the same command line continues after a crash.

Examples:
  keyturn fleet rotate --filter name=prod/,stage/ --filter tag-key=team --yes
  keyturn fleet rotate --all --dry-run
  keyturn fleet rotate --all --journal fleet.jsonl
  grep orders list.txt | keyturn fleet rotate --secrets-from - --yes --json`;

/** `keyturn fleet rotate`: has the service rotate many secrets. */
export const addFleet: AddCommand = (program, run) => {
  const fleet = program.command('fleet').description('works on many secrets');
  withAwsOptions(fleet.command('rotate'))
    .description('has the service rotate many secrets now, each by its function')
    .option('--filter <key=value,...>', 'secrets that match; repeat to narrow', addFilter)
    .option('--all', 'every secret of the account and region')
    .option('--secrets-from <file>', 'names or ARNs by lines or tabs; - reads standard input')
    .option('--concurrency <number>', 'rotations running at the same time', count, 8)
    .option('--per-second <number>', 'rotations started per second', rate, 10)
    .option('--no-cluster-limit', 'allow several rotations at a time per server')
    .option('--timeout <seconds>', 'how long to follow each rotation', seconds, 300)
    .option('--journal <file>', 'records what was done, to continue after a crash')
    .option('--dry-run', 'only show which secrets would be rotated')
    .option('--yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(run(rotateMany));
};

async function rotateMany(
  terminal: Screen,
  options: FleetOptions,
  command: Command,
): Promise<ExitCode> {
  const { json = false, dryRun = false, yes = false } = options;
  const { interrupted } = terminal;
  const ids = await readIds(terminal, options);
  const { filter, all = false } = options;
  if (all ? filter !== undefined || ids !== undefined : filter === undefined && ids === undefined) {
    command.error('error: give --filter, --secrets-from or both, or --all alone');
  }
  const parts = buildParts(options, terminal);
  const directory = new SecretsManagerDirectory({ client: parts.client, retry: PATIENT });
  const filters = all ? [] : filter;
  const found = await findFleet(directory, { filters, ids: ids ?? [] }, interrupted);
  const { members, unseen } = found;
  const journal = openJournal(options, found);
  const done = rotatedAccordingTo((await journal?.read()) ?? []);
  const open = members.filter(({ arn }) => !done.has(arn));
  if (dryRun) {
    showFleet(terminal, json, { ...found, open });
    if (open.length > 0) return EXIT_CODES.unhealthy;
    // What was named and is not there was asked for, so that nothing to do is no success.
    return unseen.length > 0 ? EXIT_CODES.refused : EXIT_CODES.ok;
  }
  if (members.length + unseen.length === 0 && !interrupted.aborted) {
    showFleet(terminal, json, { ...found, open });
    return EXIT_CODES.refused;
  }
  const clustered = options.clusterLimit
    ? await readClusters(parts.store, open, parts.database.profile.defaultPort, interrupted)
    : undefined;
  if (!json) {
    const journalOf = await journal?.begunAt();
    showPlan(terminal, options, { ...found, open, clustered, journalOf });
  }
  if (open.length > 0 && !yes && !interrupted.aborted) {
    const agreed =
      terminal.interactive &&
      !json &&
      (await terminal.ask(show`Rotate ${open.length.toLocaleString('en')} secrets now?`));
    if (!agreed) return declined(terminal, json);
  }
  // Those that are done are named all the same, so that the report has them.
  const idle = members.filter(({ arn }) => done.has(arn)).map(({ arn }) => ({ secretId: arn }));
  const busy = clustered?.members ?? open.map(({ arn }) => ({ secretId: arn }));
  const work = { members: [...idle, ...busy], found, journal };
  const result = await runFleet(terminal, parts, work, options);
  const nameOf = namesOf([...members, ...found.skipped.map(({ secret }) => secret)]);
  if (json) showJson(terminal, plainResult(result, nameOf));
  else showResult(terminal, result, nameOf);
  return exitCodeOf(result);
}

function declined(terminal: Screen, json: boolean): ExitCode {
  const why = terminal.interactive && !json ? '' : ': not a terminal; pass --yes';
  if (json) showJson(terminal, { outcome: 'declined' });
  else terminal.out(show`Nothing was done${why}.\n`);
  return EXIT_CODES.declined;
}
