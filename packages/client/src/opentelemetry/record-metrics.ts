import type { Meter } from '@opentelemetry/api';
import type { CredentialSource } from '../source/credential-source.js';
import type { CredentialCounters } from '../source/events.js';

type Counted = Exclude<keyof CredentialCounters, 'lastRecoveryMs'>;

const COUNTERS: Readonly<Record<Counted, readonly [name: string, description: string]>> = {
  reads: ['reads', 'Reads of the secret (GetSecretValue)'],
  descriptions: ['descriptions', 'Reads of NextRotationDate (DescribeSecret)'],
  refreshes: ['refreshes', 'Credentials that were read, each for all who waited'],
  refreshFailures: ['refresh_failures', 'Reads of the secret that failed'],
  signIns: ['sign_ins', 'Sign-ins that were let through'],
  accepted: ['accepted', 'Sign-ins that the server accepted'],
  refusals: ['refusals', 'Sign-ins that the server refused'],
  retries: ['retries', 'Sign-ins that were tried again inside one call'],
  timeouts: ['timeouts', 'Callers who had no turn within their deadline'],
  circuitOpenings: ['circuit_openings', 'Times that the circuit opened'],
  turnedAway: ['turned_away', 'Callers who were told no while the circuit was open'],
  recoveries: ['recoveries', 'Refusals that ended in an accepted sign-in'],
};

/**
 * Reports a source's counters as `keyturn.client.*`, with the secret's name as the attribute `keyturn.secret_id`, and
 * the time from a refusal to the next accepted sign-in as the histogram `keyturn.client.recovery_time` in
 * milliseconds. No secret is in any.
 * @returns ends the reporting; safe to repeat
 * @example
 * const stop = recordMetrics(source, metrics.getMeter('orders'));
 */
export function recordMetrics(source: CredentialSource, meter: Meter): () => void {
  const attributes = { 'keyturn.secret_id': source.secretId };
  const removals = (Object.keys(COUNTERS) as Counted[]).map((key) => {
    const [name, description] = COUNTERS[key];
    const counter = meter.createObservableCounter(`keyturn.client.${name}`, { description });
    const observe: Parameters<typeof counter.addCallback>[0] = (result) =>
      result.observe(source.counters()[key], attributes);
    counter.addCallback(observe);
    return () => counter.removeCallback(observe);
  });
  const recovery = meter.createHistogram('keyturn.client.recovery_time', {
    description: 'From a refused sign-in to the next accepted one',
    unit: 'ms',
  });
  const unsubscribe = source.subscribe((event) => {
    if (event.kind === 'recovered') recovery.record(event.durationMs, attributes);
  });
  return () => {
    unsubscribe();
    for (const remove of removals) remove();
  };
}
