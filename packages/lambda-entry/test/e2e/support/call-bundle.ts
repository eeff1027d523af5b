import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BundleTarget, FunctionEvent } from '@keyturn/testkit';

/**
 * Loads a bundle in a process of its own and calls its handler with the event and no context.
 * @returns what it printed; rejects with what it printed where the handler does
 */
export async function callBundle(
  { bundle, env = {} }: Pick<BundleTarget, 'bundle' | 'env'>,
  event: FunctionEvent,
): Promise<string> {
  const program = 'require(process.argv[1]).handler(JSON.parse(process.argv[2]))';
  const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--eval', program, bundle, JSON.stringify(event)],
    { env: { ...process.env, ...credentials, ...env } },
  );
  return stdout + stderr;
}
