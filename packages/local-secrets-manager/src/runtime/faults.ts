import type { RandomSource } from '../model/operation.js';
import type { OperationName } from '../operations/index.js';
import { type FaultRule, parseFaultRule } from './fault-rule.js';

/** What happens to one request. */
export interface Fault {
  readonly when: 'before' | 'after';
  readonly latencyMs: number;
  readonly error?: { readonly code: string; readonly message: string; readonly status?: number };
  readonly drop: boolean;
}

export interface FaultInjector {
  /** @throws TypeError for a rule that is none or does nothing. */
  add(rule: FaultRule): void;
  list(): readonly FaultRule[];
  clear(): void;
  /** The fault of this request; counts against the rule that gave it. */
  next(operation: OperationName, secretId: string | undefined): Fault | undefined;
}

interface CountedRule {
  readonly rule: FaultRule;
  seen: number;
  done: number;
  /** Requests of the current second, for throttling. */
  second: number;
  inSecond: number;
}

/** @param now milliseconds that pass by themselves; throttling goes by them. */
export function createFaultInjector(random: RandomSource, now: () => number): FaultInjector {
  let rules: CountedRule[] = [];
  return {
    add(given) {
      const rule = parseFaultRule(given);
      rules.push({ rule, seen: 0, done: 0, second: 0, inSecond: 0 });
    },
    list: () => rules.map(({ rule }) => rule),
    clear: () => {
      rules = [];
    },
    next(operation, secretId) {
      for (const counted of rules) {
        if (!fits(counted, operation, secretId)) continue;
        counted.seen += 1;
        if (counted.seen <= (counted.rule.skip ?? 0)) continue;
        if (!strikes(counted, random, now())) continue;
        counted.done += 1;
        return faultOf(counted.rule);
      }
      return undefined;
    },
  };
}

function fits({ rule, done }: CountedRule, operation: string, secretId: string | undefined) {
  return (
    done < (rule.times ?? Infinity) &&
    (rule.operation === undefined || rule.operation === operation) &&
    (rule.secretId === undefined || rule.secretId === secretId)
  );
}

function strikes(counted: CountedRule, random: RandomSource, now: number): boolean {
  const { perSecond, probability = 1 } = counted.rule;
  if (perSecond !== undefined) {
    const second = Math.floor(now / 1000);
    if (second !== counted.second) Object.assign(counted, { second, inSecond: 0 });
    counted.inSecond += 1;
    return counted.inSecond > perSecond;
  }
  return probability >= 1 || random.below(1_000_000) < probability * 1_000_000;
}

function faultOf(rule: FaultRule): Fault {
  const code = rule.perSecond === undefined ? rule.error : 'ThrottlingException';
  const message =
    rule.message ?? (code === 'ThrottlingException' ? 'Rate exceeded' : 'Injected fault.');
  return {
    when: rule.when ?? 'before',
    latencyMs: rule.latencyMs ?? 0,
    drop: rule.drop ?? false,
    ...(code === undefined
      ? {}
      : {
          error: { code, message, ...(rule.status === undefined ? {} : { status: rule.status }) },
        }),
  };
}
