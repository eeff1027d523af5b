import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(__dirname, '..', '..', '..');
const sources = ['core', 'adapters-aws', 'adapters-redshift', 'client'].flatMap((name) => {
  const folder = join(packages, name, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
});

/** The arguments of every error that is made in a file, as they are written. */
function errorsMadeIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/new \w*Error\(\{.*?\n\s*\}\)/gs)].map(([made]) => made);
}

const all = sources.flatMap((file) =>
  errorsMadeIn(file).map((made) => [file.slice(packages.length + 1), made] as const),
);
/** The message goes on with that of another error, or with a text that was not written here. */
const quoting = all.filter(([, made]) => /\$\{(?:\w+\.message|first|shown|said)\b/.test(made));

describe('6: No secret value stands in any text, and redaction stays linear', () => {
  it('finds the errors that keyturn makes, and those that quote', () => {
    expect(all.length).toBeGreaterThan(30);
    expect(quoting.length).toBeGreaterThanOrEqual(5);
  });

  it.each(quoting)('lets what is quoted be left out again, in %s (%#)', (_, made) => {
    expect(made).toMatch(/\bquoted\b/);
  });
});
