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
  /** Drops what is kept about a secret that is no more. */
  forget(secretArn: string): void;
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

interface Timed {
  readonly name: string;
  readonly region: string;
  /** When it is due next; worked out when the secret is stored, so that looking costs nothing. */
  readonly at: number;
}

const LOOK_EVERY_MS = 1000;
/** The last instant that a Date can hold. */
const END_OF_TIME = 8.64e15;

export function createScheduler(
  service: Service,
  driver: RotationDriver,
  clock: ServiceClock,
  newToken: () => string,
): Scheduler {
  const timed = new Map<string, Timed>();
  /** Start of the last window that was used, so that a failed rotation waits for the next one. */
  const used = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const track: Scheduler['track'] = (secret, region) => {
    const { rotation, deleteAt } = secret;
    const isReplica = secret.primaryRegion !== undefined && secret.primaryRegion !== region;
    const rotates = rotation?.enabled && !isReplica;
    const at = deleteAt ?? (rotates ? rotationDue(secret, used.get(secret.arn)) : undefined);
    if (at === undefined) timed.delete(secret.arn);
    else timed.set(secret.arn, { name: secret.name, region, at });
  };

  /** What is due by an instant, and first of all. */
  const nextDue = (latest: number): Due | undefined => {
    let first: Due | undefined;
    for (const [arn, { name, region, at }] of timed) {
      if (at > latest || (first && at >= first.at)) continue;
      const secret = service.region(region).get(name);
      if (secret?.arn === arn) {
        first = { at, secret, region, kind: secret.deleteAt === undefined ? 'rotate' : 'delete' };
      } else {
        timed.delete(arn);
      }
    }
    return first;
  };

  const carryOut = ({ at, secret, region, kind }: Due): void => {
    if (kind === 'delete') {
      service.apply([{ kind: 'remove', name: secret.name }], region);
      service.audit({ event: 'EndSecretVersionDelete', secretArn: secret.arn });
      return;
    }
    used.set(secret.arn, at);
    track(secret, region);
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
    track,
    forget(secretArn) {
      timed.delete(secretArn);
      used.delete(secretArn);
    },
    forgetAll() {
      timed.clear();
      used.clear();
    },
    async advanceTo(instant) {
      if (instant < clock.now()) throw new RangeError('a clock moves forward only');
      if (!(instant <= END_OF_TIME)) throw new RangeError('there is no such date');
      for (let due = nextDue(instant); due; due = nextDue(instant)) {
        clock.set(Math.max(clock.now(), due.at));
        carryOut(due);
        await driver.idle();
      }
      clock.set(Math.max(clock.now(), instant));
    },
    start() {
      timer = setInterval(() => {
        // Whatever is carried out is due later from then on, or no more.
        for (let due = nextDue(clock.now()); due; due = nextDue(clock.now())) carryOut(due);
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
