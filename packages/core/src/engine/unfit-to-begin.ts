import { tooShortForLateChange } from '../domain/late-change-time.js';
import type { Refusal } from '../domain/refusal.js';
import { refuseRetired } from '../domain/settings/retired-settings.js';
import { changesLate, type StepContext } from './step-context.js';

/**
 * Why no new value is to be stored although the secret would allow it. Settings that there are no more and that nobody
 * will miss are told to the observer instead.
 */
export function unfitToBegin(context: StepContext): Refusal | undefined {
  const { retired, strategy, report, settings, time } = context;
  for (const { key, variable, isAskedFor, strategy: user } of retired) {
    const refusal = refuseRetired(key, `The setting ${key}, set by ${variable},`);
    if (isAskedFor && user === strategy.name) return refusal;
    const note = `${variable} was ignored: there is no setting ${key} any more.`;
    report({ name: 'setting.ignored', setting: key, note });
  }
  return changesLate(context) ? tooShortForLateChange(settings, time.remaining()) : undefined;
}
