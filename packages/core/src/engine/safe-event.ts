import { boundEvent } from '../domain/bound-event.js';
import type { RotationEventDetail } from '../domain/rotation-event.js';
import type { Sensitive } from '../domain/sensitive.js';
import { redactText } from './redact-error.js';

/** An event as it may leave the engine: no secret in what others have said, and short enough for every log. */
export function safeEvent(
  event: RotationEventDetail,
  secrets: Iterable<Sensitive>,
): RotationEventDetail {
  return boundEvent(redacted(event, (text) => redactText(text, secrets)));
}

function redacted(event: RotationEventDetail, hide: (text: string) => string): RotationEventDetail {
  switch (event.name) {
    case 'permissions.notCompared':
    case 'permissions.notGranted':
      return { ...event, reason: hide(event.reason) };
    case 'permissions.notChecked': {
      const kinds = event.kinds.map(({ kind, reason }) => ({ kind, reason: hide(reason) }));
      return { ...event, kinds };
    }
    default:
      return event;
  }
}
