// Outlives the process that started it by as long as it takes to clean up after it.
// Its standard input is a pipe from that process and ends however that process ends, SIGKILL included.
//
//   node keeper.mjs '{"directory": "/tmp/keyturn-postgres-x"}'   stops the server in it, then removes the folder
//   node keeper.mjs '{"label": "keyturn.run=x"}'                  removes the container with that label
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const task = JSON.parse(process.argv[2]);

async function removeServer(directory) {
  const pidFile = join(directory, 'data', 'postmaster.pid');
  if (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    signal(pid, 'SIGINT');
    // The server removes the file as the last thing it does.
    for (let waited = 0; waited < 5000 && existsSync(pidFile); waited += 20) await sleep(20);
    if (existsSync(pidFile)) signal(pid, 'SIGKILL');
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

async function removeContainer(label) {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { container } = await getContainerRuntimeClient();
  const [name, value] = label.split('=');
  const found = await container.fetchByLabel(name, value, { status: ['created', 'running'] });
  if (found) await found.remove({ force: true, v: true });
}

process.stdin.resume();
process.stdin.on('end', () => {
  (task.directory ? removeServer(task.directory) : removeContainer(task.label)).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
