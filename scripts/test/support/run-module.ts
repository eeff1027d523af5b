import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How a module given to `runModule` imports one of the scripts. */
export function scriptUrl(name: string): string {
  return pathToFileURL(join(__dirname, '..', '..', name)).href;
}

/**
 * Runs the text of an ES module, which jest itself does not load, in a process of its own. It finds `input` there, and
 * hands back what it gives to `output`; both as JSON.
 *
 * @throws Error with what it printed, where it ends without output
 */
export function runModule(code: string, input: unknown): unknown {
  const text = `${code.replace(
    /^(?!\s*import )/m,
    'const input = JSON.parse(process.argv[1]); const output = (value) => console.log(JSON.stringify(value));\n',
  )}`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', text, JSON.stringify(input)],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as unknown;
}
