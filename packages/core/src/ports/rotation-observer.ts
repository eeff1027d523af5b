import type { RotationEvent } from '../domain/rotation-event.js';

/** Is told what happens, as it happens. What it throws is ignored: watching never changes a rotation. */
export interface RotationObserver {
  notify(event: RotationEvent): void;
}
