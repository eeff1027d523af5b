/** From how many characters on a stretch of a secret is hidden, wherever it occurs. */
export const FRAGMENT = 8;
/** The same for a stretch that stands between quotation marks, ellipses or ends of the text, as a cut one does. */
export const CUT_FRAGMENT = 4;

/**
 * A text in which the case of letters does not count, unit by unit: host names, identifiers and hexadecimal digits come
 * back in the other one.
 */
function foldCase(text: string): string {
  const folded = text.toLowerCase();
  // One letter becomes two units, which would move all that follows.
  const kept =
    folded.length === text.length
      ? folded
      : text.replace(/[^\u0130]+/g, (part) => part.toLowerCase());
  return kept.replaceAll('ς', 'σ');
}

/** One way in which a secret may be written, and where in it the stretches begin that must not be shown. */
export interface Form {
  readonly text: string;
  /** Half-open intervals of starts. */
  readonly starts: readonly (readonly [from: number, to: number])[];
}

/** What is to be hidden in a text. */
export interface Hidden {
  readonly forms: readonly Form[];
  /** Secrets of which also short stretches are hidden where a text was cut. */
  readonly cuttable: Iterable<string>;
  /** Global expressions whose matches are hidden. */
  readonly patterns: readonly RegExp[];
  /** Whether the case of letters does not count; forms and cuttable secrets are folded then. Default false. */
  readonly foldsCase?: boolean;
}

/** The same whatever the case of letters. */
export function foldHidden({ forms, cuttable, patterns }: Hidden): Hidden {
  return {
    forms: forms.map(({ text, starts }) => ({ text: foldCase(text), starts })),
    cuttable: Array.from(cuttable, foldCase),
    patterns,
    foldsCase: true,
  };
}

/** Counts what {@link maskText} looks at, for tests. */
export interface Tally {
  steps: number;
}

const REDACTED = '[redacted]';

/** A word that stands for a stretch of so many characters, or something shorter where it would be longer. */
export function standIn(word: string, length: number): string {
  return length >= word.length ? word : '***'.slice(0, length);
}

/**
 * Hides secrets in a text, in one pass: everything is looked for in the original, and stretches that overlap or touch
 * are hidden as one. The result is never longer than the text. Takes time in proportion to the text and the forms.
 */
export function maskText(text: string, hidden: Hidden, tally: Tally = { steps: 0 }): string {
  const marks = new Uint8Array(text.length);
  const searched = hidden.foldsCase ? foldCase(text) : text;
  markFragments(searched, hidden.forms, marks, tally);
  markCutFragments(searched, hidden.cuttable, marks, tally);
  for (const pattern of hidden.patterns) {
    for (const { 0: match, index } of text.matchAll(pattern)) {
      marks.fill(1, index, index + match.length);
    }
  }
  return replaceMarked(text, marks);
}

function markFragments(
  text: string,
  forms: readonly Form[],
  marks: Uint8Array,
  tally: Tally,
): void {
  const last = text.length - FRAGMENT;
  if (last < 0) return;
  // Where each stretch of the text occurs: the newest place, and from each place the one before it.
  const newest = new Map<string, number>();
  const before = new Int32Array(last + 1);
  const maybe = new Uint8Array(0x10000);
  for (let at = 0; at <= last; at++) {
    const stretch = text.slice(at, at + FRAGMENT);
    before[at] = newest.get(stretch) ?? -1;
    newest.set(stretch, at);
    maybe[sieve(text, at)] = 1;
    tally.steps++;
  }
  for (const { text: form, starts } of forms) {
    for (const [from, to] of starts) {
      for (let at = from; at < to; at++) {
        tally.steps++;
        if (maybe[sieve(form, at)] === 0) continue;
        const stretch = form.slice(at, at + FRAGMENT);
        const found = newest.get(stretch) ?? -1;
        // Each place is hidden once, however often the stretch occurs in secrets.
        newest.delete(stretch);
        for (let place = found; place >= 0; place = before[place] ?? -1) {
          marks.fill(1, place, place + FRAGMENT);
          tally.steps++;
        }
      }
    }
  }
}

/** Three of its characters tell most stretches apart without copying them. */
function sieve(text: string, at: number): number {
  const middle = text.charCodeAt(at + 3) * 31;
  return (text.charCodeAt(at) * 961 + middle + text.charCodeAt(at + FRAGMENT - 1)) & 0xffff;
}

/** What parsers and people put around a text that they quote or cut. */
const CUTS = /["'`«»‘’“”]|\.{3,}|…/g;

function markCutFragments(
  text: string,
  secrets: Iterable<string>,
  marks: Uint8Array,
  tally: Tally,
): void {
  const places = new Map<string, number[]>();
  const lengths = new Set<number>();
  const look = (from: number, to: number): void => {
    const length = to - from;
    if (length < CUT_FRAGMENT || length >= FRAGMENT) return;
    const stretch = text.slice(from, to);
    const known = places.get(stretch);
    if (known === undefined) places.set(stretch, [from]);
    else known.push(from);
    lengths.add(length);
  };
  let from = 0;
  for (const { 0: cut, index } of text.matchAll(CUTS)) {
    look(from, index);
    from = index + cut.length;
  }
  look(from, text.length);
  if (places.size === 0) return;
  for (const secret of secrets) {
    for (const length of lengths) {
      for (let at = 0; at + length <= secret.length; at++) {
        tally.steps++;
        const stretch = secret.slice(at, at + length);
        for (const place of places.get(stretch) ?? []) marks.fill(1, place, place + length);
        places.delete(stretch);
      }
    }
  }
}

function replaceMarked(text: string, marks: Uint8Array): string {
  let result = '';
  let at = 0;
  for (;;) {
    const start = marks.indexOf(1, at);
    if (start < 0) return result + text.slice(at);
    const gap = marks.indexOf(0, start);
    const end = gap < 0 ? text.length : gap;
    result += text.slice(at, start) + standIn(REDACTED, end - start);
    at = end;
  }
}
