// Outlives the process that started it by as long as it takes to clean up after it.
// Its standard input is a pipe from that process and ends however that process ends, SIGKILL included.
//
//   node keeper.mjs '{"directory": "/tmp/keyturn-postgres-x"}'   stops the server in it, then removes the folder
//   node keeper.mjs '{"label": "keyturn.run=x"}'                  removes the container with that label
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const task = JSON.parse(process.argv[2]);

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function removeServer(directory) {
  let pid;
  try {
    pid = Number(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    // It never came up, or has stopped already.
  }
  if (pid && isRunning(pid)) {
    process.kill(pid, 'SIGINT');
    for (let waited = 0; waited < 5000 && isRunning(pid); waited += 50) await sleep(50);
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
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
