import { nextWindow, windowStart } from '../model/schedule.js';
import type { Secret } from '../model/secret.js';
import { ServiceError } from '../model/service-error.js';
import type { RotationDriver } from '../rotation/rotation-driver.js';
import type { ServiceClock } from './clock.js';
import type { Service } from './service.js';

/** Does what falls due by itself: scheduled rotations, at the start of their window, and planned deletions. */
export interface Scheduler {
  /** Keeps an eye on a secret that was stored. */
  track(secret: Secret, region: string): void;
  forgetAll(): void;
  /** Moves a manual clock forward and lives through everything that falls due on the way, in order. */
  advanceTo(instant: number): Promise<void>;
  /** Lets things happen as the system clock goes. */
  start(): void;
  stop(): void;
}

interface Due {
  readonly at: number;
  readonly secret: Secret;
  readonly region: string;
  readonly kind: 'delete' | 'rotate';
}

const LOOK_EVERY_MS = 1000;

export function createScheduler(
  service: Service,
  driver: RotationDriver,
  clock: ServiceClock,
  newToken: () => string,
): Scheduler {
  const timed = new Map<string, { readonly name: string; readonly region: string }>();
  /** Start of the last window that was used, so that a failed rotation waits for the next one. */
  const used = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const dueFor = (arn: string): Due | undefined => {
    const { name, region } = timed.get(arn) ?? { name: '', region: '' };
    const secret = service.region(region).get(name);
    if (secret?.arn !== arn) {
      timed.delete(arn);
      return undefined;
    }
    if (secret.deleteAt !== undefined)
      return { at: secret.deleteAt, secret, region, kind: 'delete' };
    const at = rotationDue(secret, used.get(arn));
    return at === undefined ? undefined : { at, secret, region, kind: 'rotate' };
  };

  const nextDue = (): Due | undefined => {
    let next: Due | undefined;
    for (const arn of [...timed.keys()]) {
      const due = dueFor(arn);
      if (due && (!next || due.at < next.at)) next = due;
    }
    return next;
  };

  const carryOut = ({ at, secret, region, kind }: Due): void => {
    if (kind === 'delete') {
      service.apply([{ kind: 'remove', name: secret.name }], region);
      service.audit({ event: 'EndSecretVersionDelete', secretArn: secret.arn });
      return;
    }
    used.set(secret.arn, at);
    if (secret.pendingRotation) {
      driver.start(region, secret.arn, secret.pendingRotation.token);
      return;
    }
    try {
      const request = { SecretId: secret.arn, ClientRequestToken: newToken() };
      service.call('RotateSecret', request, region);
    } catch (error) {
      // An AWSPENDING that somebody put there by hand stands in the way until the next window.
      if (!(error instanceof ServiceError)) throw error;
    }
  };

  return {
    track(secret, region) {
      const { rotation, deleteAt } = secret;
      const isReplica = secret.primaryRegion !== undefined && secret.primaryRegion !== region;
      const rotates = rotation?.enabled && rotation.rules && !isReplica;
      if (rotates || deleteAt !== undefined) timed.set(secret.arn, { name: secret.name, region });
      else timed.delete(secret.arn);
    },
    forgetAll() {
      timed.clear();
      used.clear();
    },
    async advanceTo(instant) {
      if (instant < clock.now()) throw new RangeError('a clock moves forward only');
      for (let due = nextDue(); due && due.at <= instant; due = nextDue()) {
        clock.set(Math.max(clock.now(), due.at));
        carryOut(due);
        await driver.idle();
      }
      clock.set(Math.max(clock.now(), instant));
    },
    start() {
      timer = setInterval(() => {
        for (const arn of [...timed.keys()]) {
          const due = dueFor(arn);
          if (due && due.at <= clock.now()) carryOut(due);
        }
      }, LOOK_EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

/** The start of the window that NextRotationDate ends, or of the first window after one that was used in vain. */
function rotationDue(secret: Secret, usedAt: number | undefined): number | undefined {
  const { rules, nextRotationAt } = secret.rotation ?? {};
  if (!rules || nextRotationAt === undefined) return undefined;
  const planned = windowStart(rules, nextRotationAt);
  if (usedAt === undefined || planned > usedAt) return planned;
  return nextWindow(rules, usedAt)?.start;
}
