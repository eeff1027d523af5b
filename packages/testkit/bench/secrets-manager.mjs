// Measures the local Secrets Manager: throughput over keep-alive connections, time to start, and how both hold
// up with many secrets. Usage: node packages/testkit/bench/secrets-manager.mjs [--json]
// Builds the sources into one file first, so that the figures are those of a published package.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const CONNECTIONS = 16;
const SIZES = [1, 1000, 10_000, 100_000];
const MEASURE_MS = 2000;

const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
const entry = fileURLToPath(new URL('../src/secrets-manager/', import.meta.url));
await build({
  entryPoints: { cli: join(entry, 'cli/run-cli.ts') },
  outdir: folder,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'error',
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
const main = join(folder, 'main.mjs');
writeFileSync(main, "import { runCli } from './cli.js'; await runCli(process.argv);");

function start() {
  const began = performance.now();
  const child = spawn(process.execPath, [main, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve) => {
    child.stdout.once('data', (line) => {
      const [endpoint] = /http:\/\/[\d.:]+/.exec(String(line));
      const stop = () => new Promise((ended) => child.once('exit', ended) && child.kill());
      resolve({ endpoint, child, stop, ms: performance.now() - began });
    });
  });
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function call(endpoint, operation, input) {
  const body = JSON.stringify(input);
  const headers = {
    'x-amz-target': `secretsmanager.${operation}`,
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(endpoint, { method: 'POST', agent, headers }, (response) => {
      response.on('data', () => undefined);
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(String(response.statusCode))),
      );
    });
    sent.on('error', reject).end(body);
  });
}

/** Calls from all connections at once until the time is up. CPU is the server's own, as user and system time. */
async function rate(endpoint, makeCall) {
  let calls = 0;
  const end = performance.now() + MEASURE_MS;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < end) await makeCall(calls++);
    }),
  );
  return Math.round((calls * 1000) / (performance.now() - began));
}

const token = (n) => String(n).padStart(32, '0');
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const starts = [];
for (let n = 0; n < 7; n += 1) {
  const server = await start();
  starts.push(server.ms);
  await server.stop();
}
const bare = [];
for (let n = 0; n < 7; n += 1) {
  const began = performance.now();
  await new Promise((resolve) => spawn(process.execPath, ['-e', '0']).once('exit', resolve));
  bare.push(performance.now() - began);
}

const curve = [];
const server = await start();
let stored = 0;
for (const size of SIZES) {
  const filling = performance.now();
  const first = stored;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (stored < size) {
        const n = stored++;
        const value = { SecretString: `{"password":"${token(n)}"}`, ClientRequestToken: token(n) };
        await call(server.endpoint, 'CreateSecret', { Name: `secret/${n}`, ...value });
      }
    }),
  );
  const created = Math.round(((size - first) * 1000) / (performance.now() - filling));
  const pick = () => `secret/${Math.floor(Math.random() * size)}`;
  curve.push({
    secrets: size,
    createPerSecond: created,
    getPerSecond: await rate(server.endpoint, () =>
      call(server.endpoint, 'GetSecretValue', { SecretId: pick() }),
    ),
    describePerSecond: await rate(server.endpoint, () =>
      call(server.endpoint, 'DescribeSecret', { SecretId: pick() }),
    ),
    listPerSecond: await rate(server.endpoint, () => call(server.endpoint, 'ListSecrets', {})),
  });
}
await server.stop();
agent.destroy();
rmSync(folder, { recursive: true });

const result = {
  node: process.version,
  startMs: Math.round(median(starts)),
  bareNodeMs: Math.round(median(bare)),
  curve,
};
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(result));
} else {
  console.log(
    `start: ${result.startMs} ms (node alone ${result.bareNodeMs} ms), Node ${result.node}`,
  );
  console.table(curve);
}
