import type { SignInOutcome } from '@keyturn/core/adapter';

/** One call of a port's method. The same object is passed before and after it. */
export interface PortCall {
  /** Such as `putPending`; the ports' names for their methods are all different. */
  readonly method: string;
  readonly request: unknown;
  /** The port or session that is called. */
  readonly target: object;
}

/** How a call ended. */
export type CallOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown };

/** What happens around every call; both are awaited, and what they throw the caller gets. */
export interface CallHook {
  /** Throwing here means that the call is not made, and that `after` is not called. */
  before?(call: PortCall): Promise<void> | void;
  /** Throwing here means that the call was made and its caller is not told how it ended. */
  after?(call: PortCall, outcome: CallOutcome): Promise<void> | void;
}

/**
 * Calls a hook around every method call of a port whose methods are all asynchronous, and of every session that
 * its `signIn` gives. Closing a session is no call point: it cannot fail, and nobody else sees it.
 *
 * Several hooks are nested; the outermost one comes first before a call and last after it.
 *
 * @example
 * const calls = recordCalls();
 * const watched = withCallPoints(store, calls);
 */
export function withCallPoints<P extends object>(port: P, hook: CallHook): P {
  return new Proxy({} as P, {
    has: (_, key) => key in port,
    get(_, key) {
      const member: unknown = Reflect.get(port, key);
      if (typeof member !== 'function') return member;
      const method = String(key);
      if (method === 'close') return member.bind(port) as unknown;
      return (...args: unknown[]) =>
        callThrough(hook, { method, request: args[0], target: port }, async () => {
          const value: unknown = await Reflect.apply(member, port, args);
          return value;
        });
    },
  });
}

async function callThrough(
  hook: CallHook,
  call: PortCall,
  make: () => Promise<unknown>,
): Promise<unknown> {
  await hook.before?.(call);
  let outcome: CallOutcome;
  try {
    outcome = { kind: 'returned', value: await make() };
  } catch (error) {
    outcome = { kind: 'threw', error };
  }
  try {
    await hook.after?.(call, outcome);
  } catch (error) {
    // Nobody will ever know of this session, so nobody else can close it.
    if (outcome.kind === 'returned') await sessionIn(outcome.value)?.session.close();
    throw error;
  }
  if (outcome.kind === 'threw') throw outcome.error;
  const accepted = sessionIn(outcome.value);
  return accepted === undefined
    ? outcome.value
    : { ...accepted, session: withCallPoints(accepted.session, hook) };
}

type Accepted = Extract<SignInOutcome, { kind: 'accepted' }>;

function sessionIn(value: unknown): Accepted | undefined {
  const outcome = value as Partial<Accepted> | null | undefined;
  return outcome?.kind === 'accepted' && typeof outcome.session === 'object'
    ? (outcome as Accepted)
    : undefined;
}
