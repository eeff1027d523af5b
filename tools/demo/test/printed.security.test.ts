import { textAudience } from '../src/show-text.js';
import type { Observation } from '../src/observe.js';

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** A terminal without colours, and what was written to it. */
function paper() {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => written.join('') };
}

/** Everything that the demo tells of a rotation in which every text is `evil`. */
function tell(evil: string): string {
  const [out, progress] = [paper(), paper()];
  const audience = textAudience(out.stream, progress.stream);
  const version = { version: evil, labels: [evil, 'AWSCURRENT'], user: evil, signIn: 'accepted' };
  const seen = { versions: [version] } as Observation;
  const rotation = { strategy: 'single user', number: 1, secret: evil, before: seen } as const;
  audience.progress(evil);
  audience.starts(rotation);
  audience.step({ step: 'setSecret', durationMs: 1, error: evil, ...seen });
  audience.ends({ ...rotation, steps: [], end: seen, proofs: [] });
  return out.text() + progress.text();
}

describe('9: Foreign text cannot change what a person sees', () => {
  it.each([
    ['terminal escapes', '\u001b[2J\u001b[31mRED\u009b31m\u0007', '\\u{1b}[2J'],
    ['line breaks', 'a\r\n    proved  all is well', 'a\\u{d}\\u{a}'],
    ['bidirectional controls', '\u202epeehs\u2066', '\\u{202e}peehs'],
    ['what is invisible', 'a\u200b\ufeff\u00ad\u{e0041}b', '\\u{200b}\\u{feff}'],
  ])('in the demo: %s', (_, evil, shown) => {
    const told = tell(evil);
    expect(told.replaceAll('\n', '')).not.toMatch(HIDDEN);
    // Progress, an error, and three looks with labels and a user each.
    expect(told.split(shown).length - 1).toBeGreaterThanOrEqual(8);
    expect(told).not.toContain(evil);
  });

  it.each(['x + AWSPENDING', 'sheep  refused', 'a signs in'])(
    'in the demo: %p is one name, and not several',
    (evil) => {
      const looks = tell(evil)
        .split('\n')
        .filter((line) => line.includes('AWSCURRENT'));
      expect(looks).toHaveLength(3);
      for (const line of looks) expect(line).not.toContain(evil);
    },
  );
});
