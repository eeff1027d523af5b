import { halfJitter } from '../domain/backoff.js';
import { isSameCredential, type Credential } from '../domain/credential.js';
import {
  freshnessAt,
  postponeRefresh,
  scheduleRefresh,
  type Freshness,
  type FreshnessState,
} from '../domain/freshness.js';
import type { Announcer, RefreshReason } from './events.js';
import type { Lane } from './memory.js';
import { NextRotation } from './next-rotation.js';
import type { SourceSettings } from './options.js';

/** The credential of the moment and how old it is, and those before it whose sign-ins are still under way. */
export class Holder {
  readonly #settings: SourceSettings;
  readonly #announcer: Announcer;
  readonly #nextRotation: NextRotation;
  #held: { readonly lane: Lane; freshness: Freshness } | undefined;
  #last: Credential | undefined;
  #busy: Lane[] = [];

  constructor(settings: SourceSettings, announcer: Announcer) {
    this.#settings = settings;
    this.#announcer = announcer;
    this.#nextRotation = new NextRotation(settings, announcer);
  }

  get lane(): Lane | undefined {
    return this.#held?.lane;
  }

  get freshness(): Freshness | undefined {
    return this.#held?.freshness;
  }

  /** Whether there ever was one. */
  get hadOne(): boolean {
    return this.#last !== undefined;
  }

  get state(): FreshnessState | 'absent' {
    if (this.#held === undefined) return 'absent';
    return freshnessAt(this.#held.freshness, this.#settings.clock.now());
  }

  /** The lane of a credential that is in use, so that its sign-ins are counted together. */
  laneOf(credential: Credential): Lane | undefined {
    const lanes = [...(this.#held ? [this.#held.lane] : []), ...this.#busy];
    return lanes.find((lane) => isSameCredential(lane.credential, credential));
  }

  begin(lane: Lane): void {
    lane.inFlight++;
    if (lane.inFlight === 1) this.#busy.push(lane);
  }

  end(lane: Lane): void {
    lane.inFlight--;
    if (lane.inFlight === 0) this.#busy = this.#busy.filter((busy) => busy !== lane);
  }

  /** Goes on with a credential that was just read. */
  take(
    credential: Credential,
    how: { reason: RefreshReason; durationMs: number; afterRefusal: boolean },
  ): void {
    const { secretId } = this.#settings;
    const { reason, durationMs, afterRefusal } = how;
    const lane = this.laneOf(credential) ?? newLane(credential, afterRefusal);
    lane.credential = credential;
    const held = { lane, freshness: this.#schedule() };
    this.#held = held;
    this.#nextRotation.learn(credential.versionId, () => {
      held.freshness = { ...this.#schedule(), readAt: held.freshness.readAt };
    });

    this.#announcer.count('refreshes');
    const { versionId, label, user } = credential;
    this.#announcer.emit({ kind: 'refreshed', secretId, reason, versionId, label, durationMs });
    const before = this.#last;
    this.#last = credential;
    if (before === undefined || isSameCredential(before, credential)) return;
    const userChanged = before.user !== user;
    this.#announcer.emit({ kind: 'changed', secretId, versionId, label, user, userChanged });
  }

  /** Goes on with what is in use: it was read again, or could not be. */
  keep(failed: boolean): void {
    const held = this.#held;
    if (held === undefined) return;
    const { clock, circuit } = this.#settings;
    held.freshness = failed
      ? postponeRefresh(held.freshness, clock.now(), halfJitter(0, clock.random(), circuit))
      : this.#schedule();
  }

  drop(): void {
    this.#held = undefined;
  }

  #schedule(): Freshness {
    const { clock, maxAgeMs, rotationLeadMs } = this.#settings;
    return scheduleRefresh({
      now: clock.now(),
      maxAgeMs,
      leadMs: rotationLeadMs,
      nextRotationAt: this.#nextRotation.known,
      random: clock.random(),
    });
  }
}

export function newLane(credential: Credential, learntAfterRefusal: boolean): Lane {
  return { credential, inFlight: 0, proven: false, learntAfterRefusal };
}
