import type { CharacterClass, PasswordRules } from './database-profile.js';
import { ROTATION_SETTINGS, type RotationSettings } from './rotation-settings.js';
import { refuse, type Refusal } from './refusal.js';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const DIGITS = '0123456789';

/** How new passwords are to look. Settings narrow the database's own rules and never widen them. */
export type PasswordSettings = Pick<
  RotationSettings,
  | 'passwordLength'
  | 'excludeCharacters'
  | 'excludePunctuation'
  | 'requireEachIncludedType'
  | 'passwordPreset'
>;

/** What a password generator needs: how long, from which characters, at least one of which classes. */
export interface PasswordPolicy {
  readonly kind: 'policy';
  readonly length: number;
  /** Every character that may be used. */
  readonly alphabet: string;
  /** At least one character out of each of these is needed. */
  readonly required: readonly string[];
}

const PRESETS: Record<NonNullable<PasswordSettings['passwordPreset']>, string> = {
  // RFC 3986, unreserved characters.
  urlSafe: '-._~',
  // Characters that no common shell expands, splits or quotes, quoted or not.
  shellSafe: '%+,-.:_=',
};

/**
 * Builds the policy for new passwords out of the database's rules and the user's settings.
 * @returns the policy, or a refusal with code `KEYTURN_INVALID_SETTING` naming the setting that cannot be met.
 */
export function buildPasswordPolicy(
  rules: PasswordRules,
  settings: PasswordSettings = {},
): PasswordPolicy | Refusal {
  const {
    passwordLength: length = ROTATION_SETTINGS.passwordLength.default,
    requireEachIncludedType = ROTATION_SETTINGS.requireEachIncludedType.default,
  } = settings;
  if (!Number.isInteger(length) || length < rules.minLength || length > rules.maxLength) {
    const range = `${rules.minLength} to ${rules.maxLength}`;
    return invalid('passwordLength', `has to be a whole number from ${range}`, 'Change it.');
  }
  const alphabet = [...rules.allowed].filter((c) => isWanted(c, rules, settings)).join('');
  const every: CharacterClass[] = ['lowercase', 'uppercase', 'digit', 'punctuation'];
  const wanted = requireEachIncludedType ? every : rules.required;
  const required: string[] = [];
  for (const characterClass of wanted) {
    const characters = [...alphabet].filter((c) => classOf(c) === characterClass).join('');
    if (characters !== '') required.push(characters);
    else if (rules.required.includes(characterClass)) {
      return invalid(
        'excludeCharacters',
        `leaves no ${characterClass} character, and the database demands one`,
        'Exclude fewer characters.',
      );
    }
  }
  return { kind: 'policy', length, alphabet, required };
}

function isWanted(character: string, rules: PasswordRules, settings: PasswordSettings): boolean {
  const { passwordPreset } = settings;
  if (rules.avoided.includes(character)) return false;
  if (settings.excludeCharacters?.includes(character)) return false;
  if (classOf(character) !== 'punctuation') return true;
  if (settings.excludePunctuation) return false;
  return passwordPreset === undefined || PRESETS[passwordPreset].includes(character);
}

function classOf(character: string): CharacterClass {
  if (LOWERCASE.includes(character)) return 'lowercase';
  if (UPPERCASE.includes(character)) return 'uppercase';
  if (DIGITS.includes(character)) return 'digit';
  return 'punctuation';
}

/**
 * Draws a password: every character uniform over the alphabet, drawn again until each required class occurs, so
 * that no position and no class is favoured.
 * @param randomBelow a uniform, cryptographically strong integer in [0, n)
 */
export function drawPassword(policy: PasswordPolicy, randomBelow: (n: number) => number): string {
  for (;;) {
    let password = '';
    for (let i = 0; i < policy.length; i++) {
      password += policy.alphabet.charAt(randomBelow(policy.alphabet.length));
    }
    if (meetsPolicy(password, policy)) return password;
  }
}

/** Whether a password is one that the policy could have produced. */
export function meetsPolicy(password: string, policy: PasswordPolicy): boolean {
  const characters = [...password];
  return (
    characters.length === policy.length &&
    characters.every((c) => policy.alphabet.includes(c)) &&
    policy.required.every((some) => characters.some((c) => some.includes(c)))
  );
}

/** What the database itself would find wrong with a password; undefined when nothing. Never quotes it. */
export function problemWithPassword(password: string, rules: PasswordRules): string | undefined {
  const characters = [...password];
  if (characters.length < rules.minLength) return `is shorter than ${rules.minLength} characters`;
  if (characters.length > rules.maxLength) return `is longer than ${rules.maxLength} characters`;
  if (!characters.every((c) => rules.allowed.includes(c))) {
    return 'contains a character that the database does not allow';
  }
  const missing = rules.required.find((wanted) => !characters.some((c) => classOf(c) === wanted));
  return missing === undefined ? undefined : `has no ${missing} character`;
}

function invalid(setting: string, problem: string, remedy: string): Refusal {
  return refuse({
    code: 'KEYTURN_INVALID_SETTING',
    field: setting,
    settings: [setting],
    message: `The setting ${setting} ${problem}.`,
    remedy,
  });
}
