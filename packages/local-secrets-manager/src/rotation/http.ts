import { FunctionError, type HttpTarget, type Invoker, timedOut } from './function-target.js';

const LOCAL_PATH = '/2015-03-31/functions/function/invocations';

/** Sends events to an address, as one does with the Lambda runtime's local endpoint. */
export function httpInvoker(target: HttpTarget): Invoker {
  const url = new URL(target.url);
  if (url.pathname === '/') url.pathname = LOCAL_PATH;
  const closing = new AbortController();
  return {
    async invoke({ event, timeoutMs }) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const { status, body, failed } = await post(url, JSON.stringify(event), [
        timeout,
        closing.signal,
      ]).catch((error: unknown) => {
        if (timeout.aborted) throw timedOut(timeoutMs);
        throw unreachable(url, error);
      });
      const { errorMessage, errorType } = parseBody(body);
      if (status === 200 && errorMessage === undefined && !failed) return;
      throw new FunctionError(
        errorType ?? 'Error',
        errorMessage ?? `the function answered with HTTP status ${status}`,
      );
    },
    close: () => closing.abort(),
  };
}

async function post(url: URL, body: string, signals: AbortSignal[]) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    redirect: 'error',
    signal: AbortSignal.any(signals),
  });
  return {
    status: response.status,
    body: await response.text(),
    failed: response.headers.has('x-amz-function-error'),
  };
}

/** Lambda tells a failed function by the fields of the answer, whatever the status. */
function parseBody(body: string): { errorMessage?: string; errorType?: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || !('errorMessage' in parsed)) return {};
    const errorType = 'errorType' in parsed ? String(parsed.errorType) : 'Error';
    return { errorMessage: String(parsed.errorMessage), errorType };
  } catch {
    return {};
  }
}

function unreachable(url: URL, error: unknown): FunctionError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FunctionError('Runtime.Unreachable', `no answer from ${url.origin}: ${reason}`);
}
