import type { RotationEvent, RotationObserver } from '@keyturn/core';

/** Remembers what it was told, oldest first. */
export class RecordingObserver implements RotationObserver {
  readonly #events: RotationEvent[] = [];

  notify(event: RotationEvent): void {
    this.#events.push(event);
  }

  get events(): readonly RotationEvent[] {
    return this.#events;
  }

  /** The events of one name. */
  named<N extends RotationEvent['name']>(name: N): readonly Extract<RotationEvent, { name: N }>[] {
    return this.#events.filter(
      (event): event is Extract<RotationEvent, { name: N }> => event.name === name,
    );
  }
}
