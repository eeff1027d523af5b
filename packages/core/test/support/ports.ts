import type { CallHook, PortCall } from '@keyturn/testkit/faults';
import { SecretStoreError, type ErrorCode } from '../../src/index.js';

/** A port with some methods replaced; the others stay what they are. */
export function override<P extends object>(port: P, methods: Partial<P>): P {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(key in methods ? methods : target, key);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** Does something once, right before or after the first call of a method (or the n-th, from 1). */
export function once(
  when: 'before' | 'after',
  method: string,
  act: (call: PortCall) => Promise<unknown> | void,
  nth = 1,
): CallHook {
  let calls = 0;
  let chosen: PortCall | undefined;
  return {
    async before(call) {
      if (call.method !== method || ++calls !== nth) return;
      chosen = call;
      if (when === 'before') await act(call);
    },
    async after(call) {
      if (when === 'after' && call === chosen) await act(call);
    },
  };
}

/** Every call of a method fails with a code, before it is made. */
export function failing(method: string, code: ErrorCode, message = 'Injected.'): CallHook {
  return {
    before(call) {
      if (call.method === method) throw new SecretStoreError({ code, message });
    },
  };
}
