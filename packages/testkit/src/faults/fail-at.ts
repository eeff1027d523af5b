import { KeyturnError } from '@keyturn/core';
import { portFailure } from './port-failure.js';
import type { CallHook, PortCall } from './with-call-points.js';

/** Where a fault strikes. */
export interface FaultPoint {
  /** The n-th call of all ports that share the hook, from 1. */
  readonly call: number;
  /** `before`: the call is not made. `after`: it is made, but its caller is not told. */
  readonly when: 'before' | 'after';
}

/** A hook that strikes once. */
export interface Fault extends CallHook {
  /** The call that was struck; undefined as long as the run has not come that far. */
  readonly struck: PortCall | undefined;
}

/**
 * Makes one call fail; the caller goes on and may clean up. After `KEYTURN_DATABASE_CONNECTION_LOST` on a session
 * all its later calls fail the same way.
 *
 * @param error default {@link portFailure}, which leaves the caller in doubt.
 */
export function failAt({
  call: n,
  when,
  error = portFailure,
}: FaultPoint & { readonly error?: Error | ((call: PortCall) => Error) }): Fault {
  const lost = new Map<object, Error>();
  const fault = strikeAt(n, when, (call) => {
    const thrown = typeof error === 'function' ? error(call) : error;
    if (KeyturnError.is(thrown, 'KEYTURN_DATABASE_CONNECTION_LOST')) lost.set(call.target, thrown);
    throw thrown;
  });
  return {
    get struck() {
      return fault.struck;
    },
    async before(call) {
      const earlier = lost.get(call.target);
      if (earlier !== undefined) throw earlier;
      await fault.before?.(call);
    },
    after: (call, outcome) => fault.after?.(call, outcome),
  };
}

/** What is thrown through a process that has crashed, so that its caller comes to an end. */
export class Crash extends Error {
  override name = 'Crash';
}

/** Ends the process at one call: neither that call nor any later one gets an answer, and no later one is made. */
export function crashAt({ call: n, when }: FaultPoint): Fault {
  const crash = () => {
    throw new Crash('The process has ended.');
  };
  const fault = strikeAt(n, when, crash);
  return {
    get struck() {
      return fault.struck;
    },
    before: (call) => (fault.struck === undefined ? fault.before?.(call) : crash()),
    after: (call, outcome) => (fault.struck === undefined ? fault.after?.(call, outcome) : crash()),
  };
}

function strikeAt(n: number, when: 'before' | 'after', strike: (call: PortCall) => never): Fault {
  let begun = 0;
  let chosen: PortCall | undefined;
  let struck: PortCall | undefined;
  const strikeIf = (moment: 'before' | 'after', call: PortCall) => {
    if (moment !== when || call !== chosen) return;
    struck = call;
    strike(call);
  };
  return {
    get struck() {
      return struck;
    },
    before(call) {
      begun += 1;
      if (begun === n) chosen = call;
      strikeIf('before', call);
    },
    after: (call) => strikeIf('after', call),
  };
}
