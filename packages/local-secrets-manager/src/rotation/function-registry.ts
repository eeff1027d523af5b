import { bundleInvoker } from './bundle.js';
import { commandInvoker } from './command.js';
import type { FunctionTarget, Invoker } from './function-target.js';
import { httpInvoker } from './http.js';
import { inProcessInvoker } from './in-process.js';
import type { OutputSink } from './output.js';

/** A function that rotations may name. */
export interface RegisteredFunction {
  readonly name: string;
  readonly arn: string;
  readonly invoker: Invoker;
}

/** The rotation functions known here, by ARN or by name. */
export interface FunctionRegistry {
  /**
   * Replaces a function of the same name.
   *
   * @returns the full ARN.
   * @throws TypeError for a target that is none, such as a path where there is no file.
   */
  register(nameOrArn: string, target: FunctionTarget): string;
  find(functionArn: string): RegisteredFunction | undefined;
  close(): void;
}

export function createFunctionRegistry(settings: {
  readonly arnFor: (name: string) => string;
  readonly environment: () => Record<string, string>;
  readonly output: OutputSink;
}): FunctionRegistry {
  const byArn = new Map<string, RegisteredFunction>();
  const byName = new Map<string, RegisteredFunction>();
  return {
    register(nameOrArn, target) {
      const isArn = nameOrArn.startsWith('arn:');
      const name = functionName(nameOrArn);
      const arn = isArn ? nameOrArn : settings.arnFor(name);
      (isArn ? byArn.get(arn) : byName.get(name))?.invoker.close();
      const environment = () => ({ ...settings.environment(), AWS_LAMBDA_FUNCTION_NAME: name });
      const invoker = invokerFor(target, environment, settings.output);
      const registered: RegisteredFunction = { name, arn, invoker };
      byArn.set(arn, registered);
      // A function given by name answers to that name in every region, account and alias.
      if (!isArn) byName.set(name, registered);
      return arn;
    },
    find: (functionArn) => byArn.get(functionArn) ?? byName.get(functionName(functionArn)),
    close() {
      for (const { invoker } of byArn.values()) invoker.close();
    },
  };
}

function invokerFor(
  target: FunctionTarget,
  environment: () => Record<string, string>,
  output: OutputSink,
): Invoker {
  if (typeof target === 'function') return inProcessInvoker(target);
  if (typeof target === 'string') return bundleInvoker({ bundle: target }, environment, output);
  if ('bundle' in target) return bundleInvoker(target, environment, output);
  if ('command' in target) return commandInvoker(target, environment, output);
  if ('url' in target) return httpInvoker(target);
  throw new TypeError('a rotation function is a function, a path, a command or a url');
}

/** `arn:aws:lambda:region:account:function:name[:alias]` → `name`; anything else is a name already. */
const functionName = (nameOrArn: string) =>
  nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? nameOrArn) : nameOrArn;
