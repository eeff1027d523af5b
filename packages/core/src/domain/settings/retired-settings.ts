import { refuse, type Refusal } from '../refusal.js';
import { flag } from './setting-forms.js';

interface RetiredRow {
  readonly variable: string;
  /** Whether the text asks for nothing that has changed. */
  readonly isHarmless: (text: string) => boolean;
  /** The one strategy that read it. */
  readonly strategy: string;
  /** The key that takes its place. */
  readonly successor: string;
  /** A sentence about what to do. */
  readonly remedy: string;
}

/** Settings that there were once. Whoever still sets one is told what takes its place. */
const RETIRED_SETTINGS: Readonly<Record<string, RetiredRow>> = {
  earlyPromotion: {
    variable: 'KEYTURN_EARLY_PROMOTION',
    isHarmless: (text) => flag.fromText(text) === false,
    strategy: 'single user',
    successor: 'changeIn',
    remedy:
      'Take earlyPromotion out. changeIn takes its place: with finishSecret, single user changes the password in the invocation that moves AWSCURRENT.',
  },
};

/** A setting that there is no more, found in the environment. */
export interface RetiredSetting {
  /** Its former key. */
  readonly key: string;
  readonly variable: string;
  /** It asks for what it did once; otherwise it changes nothing. */
  readonly isAskedFor: boolean;
  /** The strategy that it was for. */
  readonly strategy: string;
}

/** Which settings that there are no more an environment still sets. A variable that is empty counts as not set. */
export function readRetired(
  env: Readonly<Record<string, string | undefined>>,
): readonly RetiredSetting[] {
  return Object.entries(RETIRED_SETTINGS).flatMap(([key, { variable, isHarmless, strategy }]) => {
    const text = env[variable];
    if (text === undefined || text === '') return [];
    return [{ key, variable, isAskedFor: !isHarmless(text), strategy }];
  });
}

/**
 * Why a key is refused that was a setting once; undefined for every other key.
 * @param what how the message calls it, such as `The setting earlyPromotion`
 */
export function refuseRetired(key: string, what: string): Refusal | undefined {
  const row = Object.hasOwn(RETIRED_SETTINGS, key) ? RETIRED_SETTINGS[key] : undefined;
  if (row === undefined) return undefined;
  return {
    ...refuse({
      code: 'KEYTURN_INVALID_SETTING',
      field: key,
      message: `${what} is no more.`,
      remedy: row.remedy,
    }),
    settings: [row.successor],
  };
}
