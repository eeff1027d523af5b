// Runs a bundle for the benchmarks: reads an event as JSON per line, answers each with a line of JSON.
// Usage: node run-bundle.cjs <file>
// Not `performance`, which Node loads when it is first asked for.
const now = () => Number(process.hrtime.bigint()) / 1e6;
const began = now();
const { handler } = require(process.argv[2]);
const loadMs = now() - began;

// How long Lambda would let a step run.
const remainingMs = Number(process.env.KEYTURN_BENCH_REMAINING_MS ?? 30_000);

// The bundle's own log lines are no answers.
console.log = () => undefined;
const answer = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function run(event) {
  const started = now();
  try {
    await handler(event, { getRemainingTimeInMillis: () => remainingMs });
    answer({ ok: true, loadMs, handlerMs: now() - started });
  } catch (error) {
    answer({ ok: false, error: String(error?.message ?? error) });
  }
}

let text = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  text += chunk;
  const lines = text.split('\n');
  text = lines.pop();
  for (const line of lines) void run(JSON.parse(line));
});
