/**
 * Why a text can be neither the name nor the ARN of a secret; undefined where it can. The reason is part of a sentence,
 * and quotes nothing. Names have letters, digits and /_+=.@!- (CreateSecret in the API reference).
 */
export function secretIdProblem(text: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(text)) return 'has a space or a line break in it';
  if (/\$\{|\{\{|^<|%\(/.test(text)) return 'is a placeholder that nothing was put in for';
  if (/\?|\*/.test(text)) return 'is the pattern of a policy';
  if (!/^[\w/+=.@!:-]{1,2048}$/.test(text)) return 'has a character that no name or ARN has';
  const parts = text.split(':');
  if (parts.length === 1) return undefined;
  if (parts[0] !== 'arn') return GOES_ON;
  if (parts[2] !== 'secretsmanager') return 'is the ARN of something else';
  if (parts.length > 7) return GOES_ON;
  return parts.length === 7 && parts[6] !== '' ? undefined : 'is an ARN that ends too early';
}

const GOES_ON = 'goes on after the name, as references to one key of a secret do';
