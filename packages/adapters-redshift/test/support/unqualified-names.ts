/** What looks like a function because of its parenthesis and is grammar. */
const GRAMMAR = [
  'in',
  'any',
  'cast',
  'coalesce',
  'and',
  'or',
  'as',
  'on',
  'from',
  'select',
  'where',
];

/**
 * The relations and functions that a SELECT names without their schemas, as far as keyturn writes any: lists after FROM
 * and JOIN, and names before a parenthesis.
 */
export function unqualifiedNames(sql: string): readonly string[] {
  if (!sql.startsWith('SELECT')) return [];
  const text = sql.replaceAll(/'(?:[^']|'')*'/g, "''").replaceAll(/"(?:[^"]|"")*"/g, 'quoted');
  const calls = [...text.matchAll(/(?<![\w.$])([a-z_]\w*)\s*\(/gi)]
    .map(([, name = '']) => name.toLowerCase())
    .filter((name) => !GRAMMAR.includes(name))
    .map((name) => `${name}()`);
  const sources = [
    ...text.matchAll(/\b(?:FROM|JOIN)\s+([^()]*?)(?=\bWHERE\b|\bON\b|\bJOIN\b|\bUNION\b|[()]|$)/gi),
  ]
    .flatMap(([, list = '']) => list.split(','))
    .map((each) => each.trim().split(/\s+/)[0] ?? '')
    .filter((name) => name !== '' && name.toUpperCase() !== 'LATERAL' && !name.includes('.'));
  return [...sources, ...calls];
}
