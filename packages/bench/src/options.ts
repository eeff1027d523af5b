import { parseArgs } from 'node:util';

/** What `npm run bench -- ...` was asked for. */
export interface BenchOptions {
  /** Print API calls by operation and step, and measure no times. */
  readonly counts: boolean;
  /** Few samples, to see that it works. */
  readonly quick: boolean;
  /** Write the pictures of the docs. */
  readonly pictures: boolean;
  /** Measure the cold start on Node 24, too, which npm installs into a temporary folder. */
  readonly node24: boolean;
  /** Shell lines of other implementations, for single and for alternating users. */
  readonly against: string | undefined;
  readonly againstAlternating: string | undefined;
}

/** @throws TypeError for an option that does not exist */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      counts: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
      node24: { type: 'boolean', default: false },
      against: { type: 'string' },
      'against-alternating': { type: 'string' },
    },
  });
  const { against, 'against-alternating': againstAlternating, ...flags } = values;
  return { ...flags, against, againstAlternating: againstAlternating ?? against };
}
