import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** One request and the answer it must get: the fields exactly, or `Code: message`. */
type Step = [
  operation: string,
  input: Record<string, unknown>,
  expected: Record<string, unknown> | string,
  extra?: { readonly eventually?: boolean; readonly save?: string },
];

/** A sequence of requests on secrets of its own, with the evidence class of what it states. */
export interface Row {
  readonly name: string;
  /** O observed, D documented, M model, T templates, R reported, ? unknown and chosen. */
  readonly evidence: 'O' | 'D' | 'M' | 'T' | 'R' | '?';
  /** Clients that can express it; all when left out. */
  readonly clients?: readonly string[];
  readonly steps: readonly Step[];
}

/** An answer with dates in epoch seconds and bytes in base64, or an error. */
export type Outcome =
  | { readonly answer: Record<string, unknown> }
  | { readonly code: string; readonly message: string };

export type Call = (operation: string, input: Record<string, unknown>) => Promise<Outcome>;

const folder = join(__dirname, 'rows');
const DAY = 86_400;

/** The table, by file. The same files drive scripts/conformance-cli.sh. */
export function loadRows(): readonly Row[] {
  return readdirSync(folder).flatMap(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Row[],
  );
}

/** @throws Error that shows the step, what was expected and what came. */
export async function runRow(row: Row, secretName: string, call: Call): Promise<void> {
  const names: Record<string, string> = {
    name: secretName,
    partialArn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${secretName}`,
  };
  for (let n = 1; n <= 9; n += 1)
    names[`token${n}`] = `${n}`.repeat(8) + '-1111-4111-8111-111111111111';
  for (const [operation, input, expected, extra] of row.steps) {
    let outcome = await call(operation, fill(input, names));
    for (let tries = 0; extra?.eventually && tries < 200; tries += 1) {
      if (matches(outcome, fill(expected, names))) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
      outcome = await call(operation, fill(input, names));
    }
    if (!matches(outcome, fill(expected, names))) {
      const shown = JSON.stringify({ input, expected: fill(expected, names), outcome }, null, 1);
      throw new Error(`${operation} answered otherwise: ${shown}`);
    }
    if (!('answer' in outcome)) continue;
    if (operation === 'CreateSecret') names['arn'] ??= String(outcome.answer['ARN']);
    if (extra?.save) names['saved'] = String(outcome.answer[extra.save]);
  }
}

function fill<T>(value: T, names: Record<string, string>): T {
  const filled = JSON.stringify(value)
    .replaceAll(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole)
    .replaceAll(/<(\d+) characters>/g, (_, count: string) => 'x'.repeat(Number(count)));
  return JSON.parse(filled) as T;
}

function matches(outcome: Outcome, expected: Record<string, unknown> | string): boolean {
  if ('answer' in outcome) return matchesValue(outcome.answer, expected);
  if (typeof expected !== 'string') return false;
  const [code, ...message] = expected.split(': ');
  const wanted = message.join(': ');
  return outcome.code === code && (wanted === '<any>' || outcome.message === wanted);
}

function matchesValue(actual: unknown, expected: unknown): boolean {
  if (typeof expected === 'string' && expected.startsWith('<'))
    return placeholder(actual, expected);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    // Labels have no order.
    const [left, right] = expected.every((entry) => typeof entry === 'string')
      ? [actual.toSorted(), expected.toSorted()]
      : [actual, expected];
    return right.every((entry, index) => matchesValue(left[index], entry));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return false;
    const [left, right] = [actual, expected] as Record<string, unknown>[];
    return (
      isDeepStrictEqual(Object.keys(left ?? {}).sort(), Object.keys(right ?? {}).sort()) &&
      Object.entries(right ?? {}).every(([key, entry]) => matchesValue(left?.[key], entry))
    );
  }
  return isDeepStrictEqual(actual, expected);
}

function placeholder(actual: unknown, kind: string): boolean {
  if (kind === '<any>') return actual !== undefined;
  if (kind === '<arn>') {
    return /^arn:aws:secretsmanager:us-east-1:123456789012:secret:.+-[A-Za-z0-9]{6}$/.test(
      String(actual),
    );
  }
  const pattern = /^<matches (.+)>$/.exec(kind)?.[1];
  if (pattern !== undefined) return new RegExp(pattern).test(String(actual));
  if (typeof actual !== 'number') return false;
  const now = Date.now() / 1000;
  const ahead = Number(/^<in (\d+) days>$/.exec(kind)?.[1]) * DAY;
  switch (kind) {
    case '<date>':
      return Math.abs(actual - now) < 120;
    case '<day>':
      return actual % DAY === 0 && now - actual < 2 * DAY;
    case '<future>':
      return actual > now;
    default:
      return Math.abs(actual - now - ahead) < 120;
  }
}
