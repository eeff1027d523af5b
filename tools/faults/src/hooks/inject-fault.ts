import type { DatabaseAdmin, SignInOutcome } from '@keyturn/core/adapter';
import type { World } from '../worlds/world.js';
import { crashAt, failAt, type CallHook, type PortCall } from '@keyturn/testkit/faults';

/**
 * What goes wrong. `lost`: the call or its answer is lost, reported as an adapter would, and a session that lost
 * its connection stays dead. `unforeseen`: an error that nobody classified. `crash`: the process ends there.
 * `refused`: the database refuses a password that is right; it befalls the n-th sign-in instead of the n-th call.
 */
export const FAULT_KINDS = ['lost', 'unforeseen', 'crash', 'refused'] as const;

/** One of {@link FAULT_KINDS}, or `cut`: the n-th exchange with the database ends in a broken connection. */
export type FaultKind = (typeof FAULT_KINDS)[number] | 'cut';

/** One fault at the n-th port call, counted from 1. */
export interface SingleFault {
  readonly kind: FaultKind;
  readonly when: 'before' | 'after';
  readonly call: number;
}

/** A fault in wait, for one process. */
export interface InjectedFault {
  readonly hook: CallHook;
  /** Puts the fault between the database and whoever uses it. */
  around(database: DatabaseAdmin): DatabaseAdmin;
  /** The method it has befallen; undefined while it has not. */
  struck(): string | undefined;
}

/** Prepares a fault in a world. */
export function injectFault({ kind, ...point }: SingleFault, world: World): InjectedFault {
  if (kind === 'cut') return cutConnection(point, world);
  if (kind === 'refused') return refuseSignIn(point.call);
  const unforeseen = { error: new Error('something that nobody foresaw') };
  const fault =
    kind === 'crash' ? crashAt(point) : failAt({ ...point, ...(kind !== 'lost' && unforeseen) });
  return { hook: fault, around: (database) => database, struck: () => fault.struck?.method };
}

function refuseSignIn(n: number): InjectedFault {
  let signIns = 0;
  let struck = false;
  return {
    hook: {},
    struck: () => (struck ? 'signIn' : undefined),
    around: (database) => ({
      profile: database.profile,
      async signIn(request): Promise<SignInOutcome> {
        signIns += 1;
        if (signIns !== n) return database.signIn(request);
        struck = true;
        return { kind: 'refused' };
      },
    }),
  };
}

function cutConnection({ call, when }: Omit<SingleFault, 'kind'>, world: World): InjectedFault {
  if (world.cut === undefined) throw new TypeError('this world has no connections to cut');
  let happened: (() => boolean) | undefined;
  let last: string | undefined;
  let struck: string | undefined;
  return {
    hook: {
      before({ method }) {
        happened ??= world.cut?.({ exchange: call, when });
        if (happened?.() === false) last = method;
      },
    },
    around: (database) => database,
    struck: () => (happened?.() ? (struck ??= last) : undefined),
  };
}

/** A hook that looks at the world after every call that was made, also where nobody is told of it. */
export function afterEveryCall(look: (call: PortCall) => void): CallHook {
  return { after: (call) => look(call) };
}
