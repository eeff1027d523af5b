import type { CallHook, PortCall } from './with-call-points.js';

/** Remembers every call that was begun, oldest first; `calls.length` says how many fault points a run has. */
export function recordCalls(): CallHook & { readonly calls: readonly PortCall[] } {
  const calls: PortCall[] = [];
  return { calls, before: (call) => void calls.push(call) };
}
