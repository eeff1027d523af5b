import { KeyturnError, type RotationObserver } from '@keyturn/core';
import { explainError } from '@keyturn/core/adapter';
import { withHints, type SettingPlaces } from './parts/setting-hints.js';

/** An error that says where the settings that it is about are set. */
export function nameVariables(error: unknown, places: SettingPlaces): unknown {
  if (!KeyturnError.is(error)) return error;
  const missing = withHints(error.message, error.settings, places).slice(error.message.length);
  return explainError(error, missing.trimStart());
}

/** An observer whose failures say the same. */
export function namingVariables(
  observer: RotationObserver,
  places: SettingPlaces,
): RotationObserver {
  return {
    notify(event) {
      if (event.name !== 'rotation.failed') return observer.notify(event);
      const message = withHints(event.message, event.settings, places);
      observer.notify({ ...event, message });
    },
  };
}
