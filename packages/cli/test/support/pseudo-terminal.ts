import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { TLS } from './cli-fixture.js';

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

interface Answer {
  readonly to: string;
  readonly with: string | (() => void);
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Typed, or called, one after the other, each as soon as its text is on the screen. */
  readonly answers?: readonly Answer[];
  /** False: a plain pipe. Default: a pseudo-terminal of 80 columns, where one can be had. */
  readonly terminal?: boolean;
  /** Kills the command, as a crash would, once this resolves. Not through a pseudo-terminal. */
  readonly killed?: Promise<unknown>;
  /** Presses Ctrl-C once this resolves. */
  readonly interrupted?: Promise<unknown>;
}

/** What a keyboard sends for Ctrl-C; without a terminal the command gets the signal itself. */
export const CTRL_C = '\u0003';

/** Runs the command in a process of its own, as a person or a script would. */
export function see(args: readonly string[], options: RunOptions = {}): Promise<Seen> {
  const { env = {}, answers = [], terminal = hasPseudoTerminal, killed, interrupted } = options;
  const line = [process.execPath, bundle, ...args].map((part) => `'${part}'`).join(' ');
  const [file = '', ...rest] = terminal
    ? ['script', '-qec', `stty cols 80 -echo; exec ${line}`, '/dev/null']
    : [process.execPath, bundle, ...args];
  const child = spawn(file, rest, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...TLS, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const type = (text: Answer['with']): void => {
    if (typeof text === 'function') text();
    else if (text === CTRL_C && !terminal) child.kill('SIGINT');
    else child.stdin.write(text);
  };
  void killed?.then(() => child.kill('SIGKILL'));
  void interrupted?.then(() => type(CTRL_C));
  let screen = '';
  const left = [...answers];
  const show = (chunk: Buffer): void => {
    screen += chunk.toString().replaceAll('\r\n', '\n');
    const [answer] = left;
    if (answer === undefined || !screen.includes(answer.to)) return;
    left.shift();
    type(answer.with);
    if (left.length === 0 && answer.with !== CTRL_C) child.stdin.end();
  };
  child.stdout.on('data', show);
  child.stderr.on('data', show);
  if (answers.length === 0 && !terminal) child.stdin.end();
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
