/**
 * The label rules, said a second time and in another way than the model says them: a map from label to version.
 * The property test compares the two.
 */
export interface LabelOracle {
  readonly values: Map<string, string>;
  readonly labels: Map<string, string>;
}

export const emptyOracle = (): LabelOracle => ({ values: new Map(), labels: new Map() });

/** Stores a value; false when the service has to refuse. */
export function oraclePut(
  { values, labels }: LabelOracle,
  id: string,
  value: string,
  wanted: readonly string[],
): boolean {
  if (values.has(id)) return values.get(id) === value;
  const first = values.size === 0;
  values.set(id, value);
  attach(labels, id, first ? ['AWSCURRENT', ...wanted] : wanted);
  return true;
}

/** Moves, attaches or removes one label; false when the service has to refuse. */
export function oracleMove(
  { values, labels }: LabelOracle,
  label: string,
  from: string | undefined,
  to: string | undefined,
): boolean {
  const holder = labels.get(label);
  if (from === undefined && to === undefined) return false;
  if (to !== undefined && !values.has(to)) return false;
  if (from !== undefined && from !== holder) return false;
  if (from === undefined && holder !== undefined && holder !== to) return false;
  if (to === undefined) {
    if (label === 'AWSCURRENT') return false;
    labels.delete(label);
  } else {
    attach(labels, to, [label]);
  }
  return true;
}

function attach(labels: Map<string, string>, id: string, wanted: readonly string[]): void {
  const left = labels.get('AWSCURRENT');
  for (const label of wanted) labels.set(label, id);
  if (!wanted.includes('AWSCURRENT') || left === undefined || left === id) return;
  labels.set('AWSPREVIOUS', left);
  if (labels.get('AWSPENDING') === left) labels.delete('AWSPENDING');
}

/** The answer of DescribeSecret to these labels, with sorted lists. */
export function oracleStages({ labels }: LabelOracle): Record<string, string[]> {
  const stages: Record<string, string[]> = {};
  for (const [label, id] of [...labels].sort()) (stages[id] ??= []).push(label);
  return stages;
}
