// Measures the local Secrets Manager: throughput over keep-alive connections, time to start, and how both hold
// up with many secrets. Usage: node tools/bench/local-secrets-manager.mjs [--json]
// Runs the file that is published; the server has one core to itself where there is taskset.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand, commandFile } from '../../scripts/build/bundle-command.mjs';

const CONNECTIONS = 16;
const SIZES = [1, 1000, 10_000, 100_000];
const MEASURE_MS = 2000;
const STARTS = 15;

const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
bundleCommand({ write: true });
const published = join(folder, 'published.mjs');
writeFileSync(
  published,
  `import { createRequire } from 'node:module';
  await createRequire(import.meta.url)(${JSON.stringify(commandFile)}).runCli(process.argv);`,
);
const inClone = fileURLToPath(
  new URL('../../packages/local-secrets-manager/bin/keyturn-secrets-manager.mjs', import.meta.url),
);

const onOneCore =
  spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : [];

function start(main, prefix = []) {
  const began = performance.now();
  const [program, ...args] = [...prefix, process.execPath, main, '--port', '0'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve) => {
    child.stdout.once('data', (line) => {
      const [endpoint] = /http:\/\/[\d.:]+/.exec(String(line));
      const stop = () => new Promise((ended) => child.once('exit', ended) && child.kill());
      resolve({ endpoint, stop, pid: child.pid, ms: performance.now() - began });
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

/** CPU seconds that a process has used so far, all of its threads together; undefined where Linux is not. */
function cpuSeconds(pid) {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(afterName[11]) + Number(afterName[12])) / 100;
  } catch {
    return undefined;
  }
}

/**
 * Calls from all connections at once until the time is up: how many a second, and how many per second of the
 * server's own CPU time, which other load on the machine does not change much.
 */
async function rate({ endpoint, pid }, operation, input) {
  let calls = 0;
  const cpu = cpuSeconds(pid);
  const began = performance.now();
  const end = began + MEASURE_MS;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < end) {
        await call(endpoint, operation, input());
        calls += 1;
      }
    }),
  );
  const perSecond = Math.round((calls * 1000) / (performance.now() - began));
  const perCpuSecond = Math.round(calls / (cpuSeconds(pid) - cpu));
  return { perSecond, perCpuSecond };
}

const token = (n) => String(n).padStart(32, '0');
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** In turns, so that the machine's other load falls on all alike. */
const starts = { bare: [], published: [], inClone: [] };
for (let n = 0; n < STARTS; n += 1) {
  const began = performance.now();
  await new Promise((resolve) => spawn(process.execPath, ['-e', '0']).once('exit', resolve));
  starts.bare.push(performance.now() - began);
  for (const [name, main] of Object.entries({ published, inClone })) {
    const server = await start(main);
    starts[name].push(server.ms);
    await server.stop();
  }
}

const curve = [];
const server = await start(published, onOneCore);
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
  const pick = () => ({ SecretId: `secret/${Math.floor(Math.random() * size)}` });
  const get = await rate(server, 'GetSecretValue', pick);
  const describe = await rate(server, 'DescribeSecret', pick);
  const list = await rate(server, 'ListSecrets', () => ({}));
  curve.push({
    secrets: size,
    createPerSecond: created,
    getPerSecond: get.perSecond,
    getPerCpuSecond: get.perCpuSecond,
    describePerCpuSecond: describe.perCpuSecond,
    listPerCpuSecond: list.perCpuSecond,
  });
}
await server.stop();
agent.destroy();
rmSync(folder, { recursive: true });

const result = {
  node: process.version,
  oneCore: onOneCore.length > 0,
  startMs: Object.fromEntries(
    Object.entries(starts).map(([name, times]) => [name, Math.round(median(times))]),
  ),
  curve,
};
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(result));
} else {
  const { published: start, inClone: cloned, bare } = result.startMs;
  console.log(`start: ${start} ms, in a clone ${cloned} ms (node alone ${bare} ms)`);
  console.log(`Node ${result.node}, the server ${result.oneCore ? 'on one core' : 'on all cores'}`);
  console.table(curve);
}
