import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { TLS } from './cli-bench.js';

const root = join(__dirname, '..', '..', '..', '..');
let bundle = '';

/** Puts the command into one file, which starts much faster than its sources; it is gone after the tests. */
export function useBundledCommand(): void {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-cli-'));
    bundle = join(folder, 'keyturn.cjs');
    await build({
      entryPoints: [join(root, 'packages/cli/src/main.ts')],
      bundle: true,
      platform: 'node',
      conditions: ['@keyturn/source'],
      external: ['pg-native'],
      outfile: bundle,
      logLevel: 'error',
    });
  });
  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });
}

/** Whether a pseudo-terminal can be had here: only util-linux's `script` passes exit codes on. */
export const hasPseudoTerminal =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

/** What a person saw, and how the command ended. */
export interface Seen {
  readonly screen: string;
  readonly code: number | null;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Typed as soon as the text is on the screen. */
  readonly answer?: { readonly to: string; readonly with: string };
  /** False: a plain pipe. Default: a pseudo-terminal of 80 columns, where one can be had. */
  readonly terminal?: boolean;
}

/** Runs the command in a process of its own, as a person or a script would. */
export function see(args: readonly string[], options: RunOptions = {}): Promise<Seen> {
  const { env = {}, answer, terminal = hasPseudoTerminal } = options;
  const line = [process.execPath, bundle, ...args].map((part) => `'${part}'`).join(' ');
  const [file = '', ...rest] = terminal
    ? ['script', '-qec', `stty cols 80 -echo; ${line}`, '/dev/null']
    : [process.execPath, bundle, ...args];
  const child = spawn(file, rest, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...TLS, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  const show = (chunk: Buffer): void => {
    screen += chunk.toString().replaceAll('\r\n', '\n');
    if (answer !== undefined && screen.includes(answer.to) && !child.stdin.writableEnded) {
      child.stdin.end(answer.with);
    }
  };
  child.stdout.on('data', show);
  child.stderr.on('data', show);
  if (answer === undefined && !terminal) child.stdin.end();
  return new Promise((resolve) => child.once('close', (code) => resolve({ screen, code })));
}

/** The same text with ids, names and times that differ from run to run replaced. */
export function steady(text: string, names: Readonly<Record<string, string>> = {}): string {
  const ids = new Map<string, string>();
  const named = Object.entries(names).reduce((s, [name, by]) => s.replaceAll(name, by), text);
  return named
    .replace(/\b[0-9a-f]{8}(-[0-9a-f-]{27})?\b/g, (id) => {
      if (!ids.has(id)) ids.set(id, `v${ids.size + 1}`.padEnd(id.length, '.'));
      return ids.get(id) ?? '';
    })
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\dZ/g, '2026-01-01 00:00Z');
}
