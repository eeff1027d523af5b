// docs/security-trials.md: the same for the same trials, on every machine.

const thousands = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
const sum = (counted, field) => counted.reduce((total, one) => total + one[field], 0);

/** @param {import('./count.mjs').Counted[]} counted @param {object[]} numbers those of numbers.mjs */
export function renderPage(counted, numbers) {
  const of = (number) => counted.filter((one) => one.number === number);
  const rows = numbers.map(({ number, promise }) => [
    `[${number}](#number-${number})`,
    promise,
    thousands(sum(of(number), 'tried')),
    thousands(sum(of(number), 'held')),
  ]);
  rows.push(['', 'all', thousands(sum(counted, 'tried')), thousands(sum(counted, 'held'))]);
  return [
    '# Security trials',
    '',
    '<!-- Written by `npm run security`. Change the tests or scripts/security, not this page. -->',
    '<!-- prettier-ignore-start -->',
    '',
    'Each promise of [SECURITY.md](../SECURITY.md) is attacked here by tests, with the source code known to the attacker.',
    '`npm run security` runs these tests, counts their trials and writes this page. It fails when a trial does not hold or',
    'a number has none. `npm run security -- --check` compares this page with a new run and changes nothing.',
    'The tests also run with `npm test`.',
    '',
    '| number | promise | trials | held |',
    '| --- | --- | ---: | ---: |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    ...numbers.flatMap((one) => section(one, of(one.number))),
    '',
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

function section({ number, promise, tried }, counted) {
  return [
    '',
    `## Number ${number}`,
    '',
    `**${promise}.** ${tried}`,
    '',
    '| tests | what holds | trials |',
    '| --- | --- | ---: |',
    ...counted.map(
      (one) =>
        `| [${one.file}](../${one.file}) | ${escaped(one.promise)} | ${thousands(one.tried)} |`,
    ),
  ];
}

const escaped = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
