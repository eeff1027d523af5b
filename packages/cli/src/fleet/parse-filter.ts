import { InvalidArgumentError } from 'commander';
import { SECRET_FILTER_KEYS, type SecretFilter } from '@keyturn/adapters-aws';

/** What ListSecrets takes in one request, and what a value may consist of (model of the API). */
const MOST_FILTERS = 10;
const MOST_VALUES = 10;
const VALUE = /^!?[a-zA-Z0-9 :_@/+=.\-!]{1,511}$/;

/**
 * Adds one `--filter key=value,value` to those before it.
 * @throws InvalidArgumentError for what ListSecrets would refuse
 */
export function addFilter(text: string, before: readonly SecretFilter[] = []): SecretFilter[] {
  const [, name = '', list = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const key = SECRET_FILTER_KEYS.find((known) => known === name);
  if (key === undefined) {
    throw new InvalidArgumentError(
      `It has to be <key>=<value>, with one of the keys ${SECRET_FILTER_KEYS.join(', ')}.`,
    );
  }
  const values = list.split(',');
  if (values.length > MOST_VALUES || !values.every((value) => VALUE.test(value))) {
    throw new InvalidArgumentError(
      'After the key come 1 to 10 values with commas between them, of letters, digits and :_@/+=.-! and spaces.',
    );
  }
  if (before.length === MOST_FILTERS) {
    throw new InvalidArgumentError('The service takes 10 filters at most.');
  }
  return [...before, { key, values }];
}
