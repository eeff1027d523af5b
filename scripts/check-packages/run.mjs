import { spawnSync } from 'node:child_process';

const onWindows = process.platform === 'win32';

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws Error with that text if it fails
 */
export function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    shell: onWindows && program !== process.execPath,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}
