import { Command, InvalidArgumentError } from 'commander';
import type { FunctionTarget } from '../rotation/function-target.js';
import { startSecretsManager } from '../start-secrets-manager.js';
import { argumentsBehindNpx } from './npx-arguments.js';
import { printJson, printLine, printLines, printOutput } from './print.js';

const HELP = `
Examples:
  keyturn-secrets-manager --port 5100 --function rotate=./dist/index.mjs
  keyturn-secrets-manager --function 'rotate=command:python3 rotate.py'
  keyturn-secrets-manager --function rotate=http://127.0.0.1:9000
Under npx, put a double dash first: npx --no -- keyturn-secrets-manager --port 5100

Exit codes: 0 after SIGTERM or SIGINT, 1 for wrong usage or when it cannot start.`;

interface CliOptions {
  readonly port: number;
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly region?: string;
  readonly account?: string;
  readonly function: Readonly<Record<string, FunctionTarget>>;
  readonly attempts: number;
  readonly backoff: number;
  readonly functionTimeout: number;
  readonly seed?: string;
  readonly manualClock?: boolean;
  readonly persist?: string;
  readonly logRequests?: boolean;
}

/**
 * The command line: prints one line when ready and ends on SIGTERM or SIGINT.
 *
 * @returns once the server listens. Sets exit code 1 when it cannot start; commander ends with 1 for wrong usage.
 */
export async function runCli(argv: readonly string[]): Promise<void> {
  const parent = process.ppid;
  const options = parseOptions(argv);
  if (!options) return;
  const { region, account: accountId, seed, persist: persistTo } = options;
  const manager = await startSecretsManager({
    port: options.port,
    host: options.host,
    allowHosts: options.allowHost,
    ...(region === undefined ? {} : { region }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(seed === undefined ? {} : { seed }),
    ...(persistTo === undefined ? {} : { persistTo }),
    ...(options.manualClock ? { clock: 'manual' } : {}),
    ...(options.logRequests ? { onRequest: printJson } : {}),
    functions: options.function,
    rotation: {
      attempts: options.attempts,
      backoffMs: (failed) => options.backoff * 2 ** (failed - 1),
      functionTimeoutMs: options.functionTimeout * 1000,
    },
    onFunctionOutput: printOutput,
  }).catch(fail);
  if (!manager) return;

  // First able to end, then ready: whoever reads the line may send a signal at once.
  const end = () =>
    void manager
      .close()
      .catch(fail)
      .finally(() => process.exit());
  process.once('SIGTERM', end).once('SIGINT', end);
  if (process.env['npm_command'] !== undefined) endWithParent(parent, end);
  const names = Object.keys(options.function);
  const functions = names.length === 0 ? 'no rotation functions' : `functions ${names.join(', ')}`;
  printLine(
    'stdout',
    `Secrets Manager ready at ${manager.endpoint} (region ${manager.region}, ${functions})`,
  );
}

/** npm passes a signal on to the shell between it and us, which dies of it and leaves us behind. */
function endWithParent(parent: number, end: () => void): void {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, 100);
  watch.unref();
}

function parseOptions(argv: readonly string[]): CliOptions | undefined {
  const command = buildCommand();
  const names = command.options.map((option) => option.long ?? '');
  try {
    const given = argumentsBehindNpx(argv.slice(2), process.env, names);
    return command.parse(given, { from: 'user' }).opts<CliOptions>();
  } catch (error) {
    return fail(error);
  }
}

function buildCommand(): Command {
  return new Command('keyturn-secrets-manager')
    .configureOutput({
      writeOut: (text) => printLines('stdout', text),
      writeErr: (text) => printLines('stderr', text),
    })
    .description('A local AWS Secrets Manager that drives rotation functions')
    .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber, 5100)
    .option('--host <address>', 'address to listen on; there is no access control', '127.0.0.1')
    .option(
      '--allow-host <name>',
      'another host name or address to answer to, such as that of a container; repeatable',
      (name: string, others: readonly string[]) => [...others, name],
      [],
    )
    .option('--region <name>', "region of every request (default: its signature's)")
    .option('--account <id>', 'account id in ARNs (default: 123456789012)')
    .option(
      '--function <name=target>',
      'rotation function by name or ARN: a bundle file, an http address, or command:<line>; repeatable',
      collectFunction,
      {},
    )
    .option('--attempts <number>', 'tries of a whole rotation', wholeNumber, 3)
    .option('--backoff <ms>', 'wait before the second try, doubled each time', wholeNumber, 1000)
    .option('--function-timeout <seconds>', 'time limit of an invocation', wholeNumber, 30)
    .option('--seed <text>', 'same ids, dates and passwords in every run; implies a manual clock')
    .option('--manual-clock', 'a clock that POST /_keyturn/clock moves, as in {"advance":"30d"}')
    .option('--persist <file>', 'keep the secrets in a file over a restart, in clear text')
    .option('--log-requests', 'print a line of JSON per request, without secret values')
    .addHelpText('after', HELP);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}

function collectFunction(
  text: string,
  others: Readonly<Record<string, FunctionTarget>>,
): Record<string, FunctionTarget> {
  const [, name, target] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || target === undefined) {
    throw new InvalidArgumentError('It has to be <arn or name>=<path, address or command:line>.');
  }
  return { ...others, [name]: parseTarget(target) };
}

function parseTarget(target: string): FunctionTarget {
  if (/^https?:\/\//.test(target)) return { url: target };
  if (target.startsWith('command:')) return { command: target.slice('command:'.length) };
  return { bundle: target };
}

function fail(error: unknown): undefined {
  const reason = error instanceof Error ? error.message : String(error);
  printLine('stderr', `keyturn-secrets-manager: ${reason}`);
  process.exitCode = 1;
  return undefined;
}
