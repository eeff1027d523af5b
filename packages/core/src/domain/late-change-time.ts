import { refuse, type Refusal } from './refusal.js';
import type { ResolvedSettings } from './rotation-settings.js';

type TimeSettings = Pick<ResolvedSettings, 'minimumTimeMs' | 'checksTimeMs'>;

/**
 * How much time must be left in finishSecret before it changes a password: for the change and its proof, for the checks,
 * and for an undo and its proof, in milliseconds.
 */
export function timeForLateChange({ minimumTimeMs, checksTimeMs }: TimeSettings): number {
  return minimumTimeMs + checksTimeMs + minimumTimeMs;
}

/**
 * Why a function whose invocations have so little time is refused before anything is stored: its finishSecret could
 * never change a password and still undo that.
 * @param availableMs what is left of the invocation of createSecret; Infinity where nobody said
 */
export function tooShortForLateChange(
  settings: TimeSettings,
  availableMs: number,
): Refusal | undefined {
  const needed = timeForLateChange(settings);
  if (availableMs >= needed) return undefined;
  const { minimumTimeMs, checksTimeMs } = settings;
  return {
    ...refuse({
      code: 'KEYTURN_OUT_OF_TIME',
      message:
        `finishSecret needs ${needed} ms to change the password: ${minimumTimeMs} for the change and its proof, ` +
        `${checksTimeMs} for the checks, ${minimumTimeMs} to undo it and prove that. ` +
        `This invocation has ${Math.max(0, Math.floor(availableMs))} ms left, so nothing was stored.`,
      remedy: 'Raise the time-out of the function, or lower minimumTimeMs or checksTimeMs.',
      retryable: true,
    }),
    settings: ['minimumTimeMs', 'checksTimeMs'],
  };
}
