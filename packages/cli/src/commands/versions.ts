import type { SecretDescription, VersionSummary } from '@keyturn/core/adapter';
import { buildParts, type CommonOptions } from '../build-parts.js';
import { EXIT_CODES } from '../exit-codes.js';
import { showJson } from '../output/show-json.js';
import { table } from '../output/table.js';
import { secretCommand, type AddCommand } from '../command.js';
import { labelsShown } from '../output/labels-shown.js';
import { joinShown, show, showWord, type Shown } from '../output/shown.js';

/** `keyturn versions <secret>`: labels as a table over time. */
export const addVersions: AddCommand = (program, run) => {
  secretCommand(program, 'versions')
    .description('shows the versions of a secret and their labels, the newest first')
    .addHelpText('after', '\nExample:\n  keyturn versions prod/orders')
    .action(
      run(async (terminal, secretId: string, options: CommonOptions) => {
        const { store } = buildParts(options, terminal);
        const [secret, versions] = await Promise.all([
          store.describe({ secretId }),
          store.listVersions({ secretId }),
        ]);
        if (options.json) showJson(terminal, { arn: secret.arn, versions: versions.map(plain) });
        else terminal.out(show`${describe(secret, versions)}\n`);
        return EXIT_CODES.ok;
      }),
    );
};

function plain({ versionId, labels, createdAt }: VersionSummary) {
  return { versionId, labels: [...labels].sort(), createdAt: timeOf(createdAt) };
}

function describe(
  { arn, lastRotatedAt, nextRotationAt }: SecretDescription,
  versions: readonly VersionSummary[],
): Shown {
  const rows = versions.map((version) => {
    const { versionId, labels, createdAt } = plain(version);
    return [shortly(createdAt ?? ''), showWord(versionId), labelsShown(labels)];
  });
  const dates = [
    ...(lastRotatedAt === undefined ? [] : [`last rotated ${shortly(timeOf(lastRotatedAt))}`]),
    ...(nextRotationAt === undefined
      ? []
      : [`next rotation by ${shortly(timeOf(nextRotationAt))}`]),
  ];
  const lines = [
    arn,
    ...(dates.length === 0 ? [] : [dates.join(', ')]),
    '',
    table([['CREATED', 'VERSION', 'LABELS'], ...rows]),
  ];
  return joinShown(lines, show`\n`);
}

/** ISO 8601 in UTC; undefined where the service does not say. */
function timeOf(at: number): string | undefined {
  return at === 0 ? undefined : new Date(at).toISOString();
}

/** To the minute, so that a line with two labels fits into 80 columns. */
function shortly(time = ''): string {
  return time.replace(/^(.{10})T(.{5}).*$/, '$1 $2Z');
}
