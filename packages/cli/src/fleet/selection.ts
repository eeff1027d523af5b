import { readFile } from 'node:fs/promises';
import type { SecretFilter } from '@keyturn/adapters-aws';
import { InvalidInputError } from '@keyturn/core';
import type { Screen } from '../terminal.js';
import { FileJournal } from './file-journal.js';
import { parseSecretList, type FoundFleet } from './find-fleet.js';

/** The options that say which secrets are meant, and where it is written down. */
export interface SelectionOptions {
  readonly filter?: readonly SecretFilter[];
  readonly all?: boolean;
  readonly secretsFrom?: string;
  readonly journal?: string;
}

/**
 * The names and ARNs of the list that was given, if one was.
 * @throws InvalidInputError for a file that cannot be read, and for a list with something else in it
 */
export async function readIds(
  terminal: Screen,
  { secretsFrom }: SelectionOptions,
): Promise<string[] | undefined> {
  if (secretsFrom === undefined) return undefined;
  return parseSecretList(
    secretsFrom === '-' ? await terminal.readInput() : await readList(secretsFrom),
  );
}

async function readList(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new InvalidInputError({
      code: 'KEYTURN_INVALID_SETTING',
      field: '--secrets-from',
      message: `The file ${path} cannot be read (${code}).`,
    });
  }
}

/** The journal that was asked for; none where there is nothing to write down. */
export function openJournal(
  { journal, all, filter = [], secretsFrom }: SelectionOptions,
  { members }: FoundFleet,
): FileJournal | undefined {
  const [first] = members;
  if (journal === undefined || first === undefined) return undefined;
  const selection = [
    ...(all ? ['all secrets'] : []),
    ...filter.map(({ key, values }) => `${key}=${values.join(',')}`),
    ...(secretsFrom === undefined ? [] : ['a list']),
  ];
  return new FileJournal(journal, { where: whereOf(first.arn), selection });
}

/** Partition, service, region and account. */
function whereOf(arn: string): string {
  return arn.split(':', 5).join(':');
}
