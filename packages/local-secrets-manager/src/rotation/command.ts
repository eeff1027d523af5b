import { type ChildProcess, spawn } from 'node:child_process';
import { type CommandTarget, FunctionError, type Invoker, timedOut } from './function-target.js';
import { forwardLines, type OutputSink } from './output.js';
import { createProcessPool, type PoolMember } from './process-pool.js';

const MOST_PROCESSES = 4;

/** An answer line: `{"ok":true}`, `{"ok":false,"error":"..."}` or Lambda's `{"errorMessage","errorType"}`. */
interface AnswerLine {
  readonly ok?: boolean;
  readonly error?: unknown;
  readonly errorMessage?: unknown;
  readonly errorType?: unknown;
}

/**
 * Runs a command that answers events line by line. It may stay for the next event or end after each one: it is
 * started again when needed. Lines that are no answer are its own output.
 */
export function commandInvoker(
  target: CommandTarget,
  baseEnv: () => Record<string, string>,
  output: OutputSink,
): Invoker {
  const start = () => startCommand(target, baseEnv(), output);
  const pool = createProcessPool(start, MOST_PROCESSES);
  return {
    async invoke({ event, timeoutMs }) {
      const line = JSON.stringify(event);
      const answered = () =>
        pool.use(async (command) => {
          try {
            await command.ask(line, timeoutMs);
            return true;
          } catch (error) {
            if (!command.endedAfterAnswer()) throw error;
            return false;
          }
        });
      // A command may be about to end after its last answer and never read this event. Each such one is gone
      // then, so in the end a new one gets it.
      while (!(await answered()));
    },
    close: pool.close,
  };
}

interface RunningCommand extends PoolMember {
  ask(line: string, timeoutMs: number): Promise<void>;
  /** It answered before, and then ended well. */
  endedAfterAnswer(): boolean;
}

function startCommand(
  { command, cwd, env }: CommandTarget,
  baseEnv: Record<string, string>,
  output: OutputSink,
): RunningCommand {
  const [program, ...args] = typeof command === 'string' ? [command] : command;
  if (program === undefined) throw new TypeError('the command of a rotation function is empty');
  const child = spawn(program, args, {
    shell: typeof command === 'string',
    // A group of its own, so that what a shell started ends with it.
    detached: process.platform !== 'win32',
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...baseEnv, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let ended = false;
  let answered = false;
  let settle: ((error?: FunctionError) => void) | undefined;
  forwardLines(child.stderr, output);
  forwardLines(child.stdout, (line) => {
    const answer = parseAnswer(line);
    if (answer && settle) {
      answered = true;
      settle(errorIn(answer));
    } else {
      output(line);
    }
  });
  // Writing to a command that has ended is told by its end, not by the pipe.
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => {
    ended = true;
    settle?.(new FunctionError('Runtime.StartError', error.message));
  });
  child.on('exit', () => (ended = true));
  child.on('close', (code, signal) => {
    const how = signal ?? `code ${code}`;
    settle?.(
      new FunctionError('Runtime.ExitError', `the command ended with ${how} before it answered`),
    );
  });

  return {
    ask: (line, timeoutMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          killGroup(child);
          settle?.(timedOut(timeoutMs));
        }, timeoutMs);
        settle = (error) => {
          clearTimeout(timer);
          settle = undefined;
          if (error) reject(error);
          else resolve();
        };
        child.stdin.write(`${line}\n`);
      }),
    ended: () => ended,
    endedAfterAnswer: () => answered && child.exitCode === 0,
    end: () => {
      if (!ended) killGroup(child);
    },
  };
}

function parseAnswer(line: string): AnswerLine | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line) as AnswerLine;
    return 'ok' in parsed || 'errorMessage' in parsed ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function errorIn(answer: AnswerLine): FunctionError | undefined {
  if (answer.ok === true) return undefined;
  const message = answer.errorMessage ?? answer.error ?? 'the command answered that it failed';
  return new FunctionError(String(answer.errorType ?? 'Error'), String(message));
}

function killGroup(child: ChildProcess): void {
  try {
    const hasGroup = child.pid !== undefined && process.platform !== 'win32';
    if (hasGroup) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
