import { DIAGNOSIS_STATES, type DiagnosisStateRow } from '@keyturn/core';

const HEAD = `# Runbook

<!-- Generated from the table of states in packages/core by \`npm run runbook\`. Change it there. -->

Look for what you see; the headings are the messages of Secrets Manager, of the rotation functions and of keyturn. Each leads to the states behind it. \`keyturn doctor <secret>\` tells which of them it is: it reads only, and tries AWSCURRENT first; where that signs in, no other version of its user is tried, and otherwise one more. \`keyturn repair <secret> --dry-run\` shows what would be done.

Where a state says "repair", the command looks at everything again right before it acts, and does nothing unless the state is the same. See [cli.md](cli.md).
`;

const REPAIRS: Readonly<Record<DiagnosisStateRow['action'], string>> = {
  'clear-pending': '`keyturn repair <secret>`',
  'lift-stop': '`keyturn repair <secret>`',
  resume: '`keyturn repair <secret>`',
  'move-current': '`keyturn repair <secret>`',
  'reset-password': '`keyturn repair <secret> --use-superuser`',
  rotate: '`keyturn rotate <secret>`',
  'by-hand': 'by hand',
  none: 'nothing',
};

/** The text of `docs/runbook.md`. */
export function renderRunbook(): string {
  const rows = Object.entries<DiagnosisStateRow>(DIAGNOSIS_STATES);
  const symptoms = [...new Set(rows.flatMap(([, row]) => row.symptoms))];
  const bySymptom = symptoms.map((symptom) => {
    const states = rows.filter(([, row]) => row.symptoms.includes(symptom));
    const list = states.map(([state, row]) => `- [${row.title}](#${state}): ${row.advice}`);
    return `### \`${symptom}\`\n\n${list.join('\n')}\n`;
  });
  const byState = rows.map(
    ([state, { title, meaning, advice, action }]) =>
      `### ${state}\n\n**${title}.** ${meaning}\n\nNext: ${advice}\n\nBy: ${REPAIRS[action]}\n`,
  );
  return [HEAD, '## By symptom\n', ...bySymptom, '## By state\n', ...byState].join('\n');
}
