import { flag, integer, parseInput, structure, text } from '../model/input.js';
import type { Operation, RandomSource } from '../model/operation.js';
import { invalidParameter } from '../model/service-error.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const shape = structure({
  PasswordLength: integer({ min: 1, max: 4096 }),
  ExcludeCharacters: text({ max: 4096 }),
  ExcludeLowercase: flag(),
  ExcludeUppercase: flag(),
  ExcludeNumbers: flag(),
  ExcludePunctuation: flag(),
  IncludeSpace: flag(),
  RequireEachIncludedType: flag(),
});

/** GetRandomPassword: of the four types each that is not left out appears, unless that is not required. */
export const getRandomPassword: Operation = (body, _secrets, { random }) => {
  const input = parseInput(shape, body);
  const length = input.PasswordLength ?? 32;
  const excluded = new Set(input.ExcludeCharacters ?? '');
  const allowed = (alphabet: string) =>
    [...alphabet].filter((character) => !excluded.has(character)).join('');
  const types = [
    input.ExcludeLowercase ? undefined : allowed(LOWER),
    input.ExcludeUppercase ? undefined : allowed(UPPER),
    input.ExcludeNumbers ? undefined : allowed(DIGITS),
    input.ExcludePunctuation ? undefined : allowed(PUNCTUATION),
  ].filter((type) => type !== undefined);
  // A space is only ever admitted, never required.
  const pool = types.join('') + (input.IncludeSpace ? allowed(' ') : '');
  if (pool === '') throw invalidParameter('All characters have been excluded from selection.');

  const mandatory: string[] = [];
  if (input.RequireEachIncludedType ?? true) {
    if (types.some((type) => type === '')) {
      throw invalidParameter('All characters of the desired type have been excluded.');
    }
    if (length < types.length) {
      throw invalidParameter('Password length is too short based on the required types.');
    }
    mandatory.push(...types.map((type) => pick(type, random)));
  }
  const others = Array.from({ length: length - mandatory.length }, () => pick(pool, random));
  return { answer: { RandomPassword: shuffled([...mandatory, ...others], random).join('') } };
};

const pick = (alphabet: string, random: RandomSource) =>
  alphabet.charAt(random.below(alphabet.length));

function shuffled(characters: string[], random: RandomSource): string[] {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const moved = characters[last] as string;
    characters[last] = characters[other] as string;
    characters[other] = moved;
  }
  return characters;
}
