import { FunctionError, type Invoker, type FunctionHandler, timedOut } from './function-target.js';

/** Calls a function of this process. One that does not answer in time is given up on, but cannot be stopped. */
export function inProcessInvoker(handler: FunctionHandler): Invoker {
  return {
    async invoke({ event, requestId, functionName, functionArn, timeoutMs }) {
      const deadline = Date.now() + timeoutMs;
      const context = {
        awsRequestId: requestId,
        functionName,
        invokedFunctionArn: functionArn,
        getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
      };
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(timedOut(timeoutMs)), timeoutMs);
      });
      try {
        await Promise.race([callIt(handler, event, context), tooLate]);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => undefined,
  };
}

async function callIt(
  ...[handler, event, context]: [FunctionHandler, ...Parameters<FunctionHandler>]
) {
  try {
    await handler(event, context);
  } catch (error) {
    throw error instanceof Error
      ? new FunctionError(error.name, error.message)
      : new FunctionError('Error', String(error));
  }
}
