import { tableOfTargets } from '../../src/report/summary-table.js';
import type { Table } from '../../src/report/table.js';

const faults = (id: string, runs: number, lockouts: number): Table => ({
  id,
  title: id,
  head: ['strategy', 'after the fault', 'runs', 'completed', 'lockouts'],
  rows: [
    ['single user', 'same token, from createSecret', runs, runs, 0],
    ['single user', 'AWSPENDING cleared, fresh token', runs, runs - lockouts, lockouts],
  ],
});

const tables: readonly Table[] = [
  faults('single-faults', 1_000, 0),
  faults('real-faults', 20, 1),
  faults('cuts', 30, 2),
  {
    id: 'two-tokens',
    title: '',
    head: ['strategy', 'schedules', 'AWSCURRENT dead at end'],
    rows: [
      ['single user', 100, 1],
      ['single user', 50, 0],
      ['alternating users', 200, 7],
    ],
  },
  {
    id: 'two-tokens-dead',
    title: '',
    head: ['began with', 'port calls'],
    rows: [
      ['a late ALTER', 2],
      ['a late ALTER', 3],
      ['a late promotion', 5],
    ],
  },
  {
    id: 'twice',
    title: '',
    head: ['first delivery', 'run to the end', 'both succeeded'],
    rows: [
      ['setSecret', 10, 9],
      ['setSecret', 4, 4],
      ['finishSecret', 3, 3],
    ],
  },
];

describe('the table beside the incumbent', () => {
  const ours = tableOfTargets(tables).rows.map(([, figure]) => figure);

  it('adds up what the other tables say', () => {
    expect(ours).toEqual([
      '1,050 of 1,050',
      '1,047 of 1,050',
      '3 of 1,050',
      '1 of 150',
      '7 of 200',
      '0 of 0',
      '13 of 14',
      '3 of 3',
      'at most 3 (target 3)',
      'at most 5 (held to 5)',
    ]);
  });

  it('needs all of them', () => {
    expect(() => tableOfTargets(tables.slice(1))).toThrow('no table single-faults');
  });
});
