import type { CharacterClass, PasswordRules } from './database-profile.js';
import { refuse, type Refusal } from './refusal.js';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const DIGITS = '0123456789';

/** How new passwords are to look. Settings narrow the database's own rules and never widen them. */
export interface PasswordSettings {
  /** Characters. Default 32. */
  readonly length?: number | undefined;
  /** Characters to leave out, besides those the database itself forbids. */
  readonly excludeCharacters?: string | undefined;
  /** Leave out all punctuation. Default false. */
  readonly excludePunctuation?: boolean | undefined;
  /** At least one character of every class that is left. Default true; upper, lower and digit always are. */
  readonly requireEachIncludedType?: boolean | undefined;
  /** Only characters that need no escaping in a URL (`urlSafe`) or within shell quotes (`shellSafe`). */
  readonly preset?: PasswordPreset | undefined;
}

/** A ready-made exclusion. */
export type PasswordPreset = 'urlSafe' | 'shellSafe';

/** What a password generator needs: how long, from which characters, at least one of which classes. */
export interface PasswordPolicy {
  readonly kind: 'policy';
  readonly length: number;
  /** Every character that may be used. */
  readonly alphabet: string;
  /** At least one character out of each of these is needed. */
  readonly required: readonly string[];
}

const PRESETS: Record<PasswordPreset, string> = {
  // RFC 3986, unreserved characters.
  urlSafe: '-._~',
  // Characters that no common shell expands, splits or quotes, quoted or not.
  shellSafe: '%+,-.:_=',
};

/** Names a policy error after the variable that a function's operator would set. */
const VARIABLE = { length: 'PASSWORD_LENGTH', excludeCharacters: 'EXCLUDE_CHARACTERS' };

/**
 * Builds the policy for new passwords out of the database's rules and the user's settings.
 * @returns the policy, or a refusal with code `KEYTURN_INVALID_SETTING` naming the variable that cannot be met.
 */
export function buildPasswordPolicy(
  rules: PasswordRules,
  settings: PasswordSettings = {},
): PasswordPolicy | Refusal {
  const length = settings.length ?? 32;
  if (!Number.isInteger(length) || length < rules.minLength || length > rules.maxLength) {
    const range = `${rules.minLength} to ${rules.maxLength}`;
    return invalid(VARIABLE.length, `has to be a whole number from ${range}`, 'Change it.');
  }
  const alphabet = [...rules.allowed].filter((c) => isWanted(c, rules, settings)).join('');
  const every: CharacterClass[] = ['lowercase', 'uppercase', 'digit', 'punctuation'];
  const wanted = settings.requireEachIncludedType === false ? rules.required : every;
  const required: string[] = [];
  for (const characterClass of wanted) {
    const characters = [...alphabet].filter((c) => classOf(c) === characterClass).join('');
    if (characters !== '') required.push(characters);
    else if (rules.required.includes(characterClass)) {
      return invalid(
        VARIABLE.excludeCharacters,
        `leaves no ${characterClass} character, and the database demands one`,
        'Exclude fewer characters.',
      );
    }
  }
  return { kind: 'policy', length, alphabet, required };
}

function isWanted(character: string, rules: PasswordRules, settings: PasswordSettings): boolean {
  if (rules.avoided.includes(character)) return false;
  if (settings.excludeCharacters?.includes(character)) return false;
  if (classOf(character) !== 'punctuation') return true;
  if (settings.excludePunctuation) return false;
  return settings.preset === undefined || PRESETS[settings.preset].includes(character);
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

/** Parses the name of a preset, as found in the environment. */
export function parsePasswordPreset(text: string): PasswordPreset | Refusal {
  if (text === 'urlSafe' || text === 'shellSafe') return text;
  return invalid('KEYTURN_PASSWORD_PRESET', 'is unknown', 'Use urlSafe or shellSafe.');
}

function invalid(field: string, problem: string, remedy: string): Refusal {
  return refuse({
    code: 'KEYTURN_INVALID_SETTING',
    field,
    message: `${field} ${problem}.`,
    remedy,
  });
}
