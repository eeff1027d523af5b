import { metrics, type Meter } from '@opentelemetry/api';
import { createCredentialSource } from '@keyturn/client';
import { recordMetrics } from '@keyturn/client/opentelemetry';
import { FakeServer } from './support/fake-server.js';
import { RotatingSecret } from './support/rotating-secret.js';
import { VirtualClock } from './support/virtual-clock.js';

type Observe = (result: { observe(value: number, attributes: object): void }) => void;

/** A meter that can be read. */
function startMeter() {
  const callbacks = new Map<string, Set<Observe>>();
  const recorded: [name: string, value: number, attributes: object][] = [];
  const meter = {
    createObservableCounter: (name: string) => {
      const own = new Set<Observe>();
      callbacks.set(name, own);
      return {
        addCallback: (callback: Observe) => own.add(callback),
        removeCallback: (callback: Observe) => own.delete(callback),
      };
    },
    createHistogram: (name: string) => ({
      record: (value: number, attributes: object) => recorded.push([name, value, attributes]),
    }),
  } as unknown as Meter;
  const collect = () => {
    const values: Record<string, number> = {};
    for (const [name, own] of callbacks) {
      for (const callback of own) callback({ observe: (value) => (values[name] = value) });
    }
    return values;
  };
  return { meter, recorded, collect };
}

it('reports counters and the time to recover, and stops when it is told to', async () => {
  const clock = new VirtualClock();
  const server = new FakeServer(clock);
  const secret = new RotatingSecret(clock, server, 'single-user');
  const { secretId } = secret;
  const reader = secret.reader();
  const source = createCredentialSource({ secretId, reader, clock, rotation: 'single-user' });
  const { meter, recorded, collect } = startMeter();
  const stop = recordMetrics(source, meter);
  await clock.run(source.signIn(server.signIn));
  await clock.run(secret.begin());
  await clock.run(source.signIn(server.signIn));
  expect(collect()).toMatchObject({
    'keyturn.client.sign_ins': 3,
    'keyturn.client.accepted': 2,
    'keyturn.client.refusals': 1,
    'keyturn.client.recoveries': 1,
    'keyturn.client.reads': 3,
  });
  expect(recorded).toEqual([
    ['keyturn.client.recovery_time', 10, { 'keyturn.secret_id': 'orders' }],
  ]);
  stop();
  stop();
  expect(collect()).toEqual({});
});

it('goes to the global provider, which may be nobody', () => {
  const clock = new VirtualClock();
  const reader = { read: async () => undefined };
  const source = createCredentialSource({ secretId: 'orders', reader, clock });
  const stop = recordMetrics(source, metrics.getMeter('orders'));
  expect(stop).not.toThrow();
});
