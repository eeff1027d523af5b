import { parseArgs } from 'node:util';

/** What `npm run bench -- ...` was asked for. */
export interface BenchOptions {
  /** Print API calls by operation and step, and measure no times. */
  readonly counts: boolean;
  /** Measure permissions by the number of tables and of differences, and nothing else. */
  readonly permissions: boolean;
  /** Measure fleets of growing size, and nothing else. */
  readonly fleet: boolean;
  /** Few samples, to see that it works. */
  readonly quick: boolean;
  /** Write the pictures of the docs. */
  readonly pictures: boolean;
  /** Write the figures into the docs. */
  readonly docs: boolean;
  /** Measure the cold start on Node 24, too, which npm installs into a temporary folder. */
  readonly node24: boolean;
  /** The other implementation; undefined where there is none. */
  readonly against: Other | undefined;
  /** The `bench.json` of an earlier run, whose report is written again; undefined to measure. */
  readonly from: string | undefined;
}

/** Another implementation: how it is called, and its shell lines for single and for alternating users. */
export interface Other {
  readonly name: string;
  readonly single: string;
  readonly alternating: string;
}

/** @throws TypeError for an option that does not exist */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      counts: { type: 'boolean', default: false },
      permissions: { type: 'boolean', default: false },
      fleet: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      node24: { type: 'boolean', default: false },
      against: { type: 'string' },
      'against-alternating': { type: 'string' },
      'against-name': { type: 'string', default: 'the other' },
      from: { type: 'string' },
    },
  });
  const {
    against: single,
    'against-alternating': alternating = single,
    'against-name': name,
    from,
    ...flags
  } = values;
  const against =
    single === undefined || alternating === undefined ? undefined : { name, single, alternating };
  return { ...flags, against, from };
}
