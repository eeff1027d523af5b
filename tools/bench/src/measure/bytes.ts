import { spawnSync } from 'node:child_process';

/** Sizes in bytes. */
export interface ByteFigures {
  /** A bundle of the AWS SDK's client and pg alone. */
  readonly bare: number;
  readonly functions: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly zip: number;
  }[];
}

/** Builds the bundles anew. @throws Error where they do not build */
export function measureBytes(root: string): ByteFigures {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/check-bytes.mjs', '--json'],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the functions could not be built: ${stderr}`);
  return JSON.parse(stdout) as ByteFigures;
}
