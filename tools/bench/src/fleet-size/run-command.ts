import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

/** What a program printed, and what it used. */
export interface CommandRun {
  readonly out: string;
  /** From its start to its end. */
  readonly ms: number;
  readonly peakKb: number;
  /** Processor time, in milliseconds. */
  readonly cpuMs: number;
}

/** Runs Node with the arguments, and measures it. @throws Error where it ends with anything but 0 */
export async function runCommand(
  root: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandRun> {
  const startedAt = performance.now();
  const tellUsage = join(root, 'tools/bench/runner/tell-usage.cjs');
  const child = spawn(process.execPath, ['--require', tellUsage, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const [out, usage] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stdio[3] as Readable),
    once(child, 'close'),
  ]);
  const { exitCode } = child;
  if (exitCode !== 0) throw new Error(`the command ended with ${exitCode}: ${out.slice(0, 500)}`);
  const used = JSON.parse(usage) as { readonly peakKb: number; readonly cpuMs: number };
  return { out, ms: performance.now() - startedAt, ...used };
}
