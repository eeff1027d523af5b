import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A command that reads events as JSON lines, and what it is told by its environment. */
export interface Implementation {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What an implementation answers; the times only where it measures them. */
export interface Answer {
  readonly ok: boolean;
  readonly error?: string;
  readonly loadMs?: number;
  readonly handlerMs?: number;
}

/** One process of an implementation. Takes one event at a time. */
export interface Child {
  /** @throws Error where it answers that it failed, or ends */
  ask(event: unknown): Promise<Answer>;
  /** Processor time used so far in milliseconds, and the most memory in kB; undefined where there is no /proc. */
  usage(): { readonly cpuMs: number; readonly peakKb: number } | undefined;
  close(): void;
}

const MS_PER_TICK = 10;

export function startChild({ command, env }: Implementation): Child {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', process.env['KEYTURN_BENCH_DEBUG'] ? 'inherit' : 'ignore'],
  });
  let settle: ((answer: Answer) => void) | undefined;
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => settle?.({ ok: false, error: error.message }));
  child.on('exit', (code) => settle?.({ ok: false, error: `ended with code ${code}` }));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = parseAnswer(line);
    if (answer !== undefined) settle?.(answer);
  });
  return {
    async ask(event) {
      const answer = await new Promise<Answer>((resolve) => {
        settle = resolve;
        child.stdin.write(`${JSON.stringify(event)}\n`);
      });
      settle = undefined;
      if (!answer.ok) throw new Error(answer.error ?? 'the implementation failed');
      return answer;
    },
    usage: () => usageOf(child.pid),
    close: () => child.kill('SIGKILL'),
  };
}

function parseAnswer(line: string): Answer | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<Answer> & { errorMessage?: string };
    if (parsed.errorMessage !== undefined) return { ok: false, error: parsed.errorMessage };
    return typeof parsed.ok === 'boolean' ? (parsed as Answer) : undefined;
  } catch {
    return undefined;
  }
}

function usageOf(pid: number | undefined): ReturnType<Child['usage']> {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; user and system time are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const [, peak = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return { cpuMs: ticks * MS_PER_TICK, peakKb: Number(peak) };
  } catch {
    return undefined;
  }
}
