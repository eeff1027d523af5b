import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundleWorker } from './bundle-worker.js';
import {
  type BundleTarget,
  FunctionError,
  type Invocation,
  type Invoker,
  timedOut,
} from './function-target.js';
import { forwardOutput, type OutputSink } from './output.js';
import { createProcessPool, type PoolMember } from './process-pool.js';

const MOST_PROCESSES = 4;
const INDEX_FILES = ['index.mjs', 'index.js', 'index.cjs'];

/** Runs a Node bundle in a process of its own, kept warm between invocations unless it is to be fresh. */
export function bundleInvoker(
  target: BundleTarget,
  baseEnv: () => Record<string, string>,
  output: OutputSink,
): Invoker {
  const file = bundleFile(target.bundle);
  const start = (): Worker => {
    const nodeArguments = [...(target.nodeOptions ?? []), '--input-type=module', '--eval'];
    const child = spawn(target.node ?? process.execPath, [...nodeArguments, bundleWorker, file], {
      cwd: dirname(file),
      env: { ...process.env, ...baseEnv(), LAMBDA_TASK_ROOT: dirname(file), ...target.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
    });
    // Told to whoever invokes it; an error event that nobody hears would end this process.
    child.on('error', () => undefined);
    forwardOutput(child, output);
    return { child, ended: () => !child.connected, end: () => void child.kill('SIGKILL') };
  };
  const pool = createProcessPool(start, MOST_PROCESSES);

  return {
    invoke: (invocation) =>
      pool.use(async ({ child, end }) => {
        let keep = false;
        try {
          await exchange(child, invocation);
          keep = !target.fresh;
        } catch (error) {
          // A function that failed stays warm, as in Lambda; one that hangs does not.
          const hangs = error instanceof FunctionError && error.type === 'Sandbox.Timedout';
          keep = !target.fresh && !hangs;
          throw error;
        } finally {
          if (!keep) {
            if (child.connected) child.disconnect();
            end();
          }
        }
      }),
    close: pool.close,
  };
}

interface Worker extends PoolMember {
  readonly child: ChildProcess;
}

interface WorkerReply {
  readonly id: string;
  readonly ok: boolean;
  readonly type?: string;
  readonly message?: string;
}

function exchange(child: ChildProcess, invocation: Invocation): Promise<void> {
  const { requestId: id, event, timeoutMs, functionName, functionArn } = invocation;
  return new Promise((resolvePromise, reject) => {
    const settle = (error?: FunctionError) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
      if (error) reject(error);
      else resolvePromise();
    };
    const onMessage = (reply: WorkerReply) => {
      if (reply.id !== id) return;
      const { ok, type = 'Error', message = '' } = reply;
      settle(ok ? undefined : new FunctionError(type, message));
    };
    const onExit = (code: number | null, signal: string | null) =>
      settle(
        new FunctionError(
          'Runtime.ExitError',
          `the function's process ended with ${signal ?? `code ${code}`}`,
        ),
      );
    const onError = (error: Error) =>
      settle(new FunctionError('Runtime.StartError', error.message));
    const timer = setTimeout(() => settle(timedOut(timeoutMs)), timeoutMs);
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
    const context = { awsRequestId: id, functionName, invokedFunctionArn: functionArn };
    child.send({ id, event, context, timeoutMs }, (error) => error && onError(error));
  });
}

/** @throws TypeError when there is no such file. */
function bundleFile(path: string): string {
  const given = resolve(path);
  const candidates =
    existsSync(given) && statSync(given).isDirectory()
      ? INDEX_FILES.map((name) => join(given, name))
      : [given];
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new TypeError(`no rotation function at ${candidates.join(' or ')}`);
  return file;
}
