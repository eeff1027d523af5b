import type { Cell, Table } from './table.js';

/** The figures that matter most, beside those of the incumbent as they were measured. */
export function tableOfTargets(tables: readonly Table[]): Table {
  const sum = (ids: readonly string[], column: string, where: Partial<Record<string, Cell>> = {}) =>
    ids
      .flatMap((id) => rowsOf(tables, id))
      .filter((row) => Object.entries(where).every(([key, value]) => row[key] === value))
      .reduce((total, row) => total + Number(row[column]), 0);
  const share = (ids: readonly string[], of: string, all: string, where = {}) =>
    `${show(sum(ids, of, where))} of ${show(sum(ids, all, where))}`;
  const tokens = (strategy: string) =>
    share(['two-tokens'], 'AWSCURRENT dead at end', 'schedules', { strategy });
  const twice = (step: string) =>
    share(['twice'], 'both succeeded', 'run to the end', { 'first delivery': step });
  const longest = (cause: string) =>
    Math.max(
      0,
      ...rowsOf(tables, 'two-tokens-dead')
        .filter((row) => row['began with'] === cause)
        .map((row) => Number(row['port calls'])),
    );
  const faults = ['single-faults', 'real-faults', 'cuts'];
  const cleared = { 'after the fault': 'AWSPENDING cleared, fresh token' };
  const retried = { 'after the fault': 'same token, from createSecret' };
  return {
    id: 'targets',
    title: 'Beside the incumbent',
    head: ['', 'keyturn', 'incumbent'],
    rows: [
      [
        'single fault, same token: completed',
        share(faults, 'completed', 'runs', retried),
        '224 of 224',
      ],
      [
        'single fault, AWSPENDING cleared, fresh token: completed',
        share(faults, 'completed', 'runs', cleared),
        '192 of 224',
      ],
      [
        'single fault, AWSPENDING cleared, fresh token: lockouts',
        share(faults, 'lockouts', 'runs', cleared),
        '32 of 224',
      ],
      [
        'two tokens, single user: AWSCURRENT dead at the end',
        tokens('single user'),
        '248 of 576, none healed',
      ],
      [
        'two tokens, alternating: AWSCURRENT dead at the end',
        tokens('alternating users'),
        '78 of 729, 72 not healed',
      ],
      ['createSecret twice: both succeed', twice('createSecret'), '42 of 252'],
      [
        'setSecret twice: both succeed',
        twice('setSecret'),
        '82 of 182 single, 588 of 1,344 alternating',
      ],
      ['finishSecret twice: both succeed', twice('finishSecret'), '8 of 20'],
      [
        'port calls for which a late ALTER leaves AWSCURRENT dead, alternating',
        `at most ${longest('a late ALTER')} (target 3)`,
        'not restored',
      ],
      [
        'port calls for which a late promotion does',
        `at most ${longest('a late promotion')} (held to 5)`,
        'not restored',
      ],
    ],
  };
}

function rowsOf(tables: readonly Table[], id: string): readonly Record<string, Cell>[] {
  const table = tables.find((candidate) => candidate.id === id);
  if (table === undefined) throw new TypeError(`there is no table ${id}`);
  return table.rows.map((row) =>
    Object.fromEntries(table.head.map((name, column) => [name, row[column] ?? ''])),
  );
}

function show(n: number): string {
  return n.toLocaleString('en-US');
}
