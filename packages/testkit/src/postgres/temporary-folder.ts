import { chown, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunAs } from './embedded-binaries.js';

/** Makes a temporary folder that belongs to `runAs`, at a place which that user can reach. */
export async function makeTemporaryFolder({ uid, gid }: RunAs): Promise<string> {
  if (uid === undefined || gid === undefined) {
    return mkdtemp(join(tmpdir(), 'keyturn-postgres-'));
  }
  const folder = await mkdtemp(join(await openTemporaryPlace(), 'keyturn-postgres-'));
  await chown(folder, uid, gid);
  return folder;
}

async function openTemporaryPlace(): Promise<string> {
  for (const place of [tmpdir(), '/tmp', '/var/tmp']) {
    if (await everybodyMayPass(place)) return place;
  }
  throw new Error('no temporary folder that an unprivileged user can reach: set TMPDIR to one');
}

async function everybodyMayPass(path: string): Promise<boolean> {
  const { mode } = await stat(path).catch(() => ({ mode: 0 }));
  const passable = (mode & 0o001) !== 0;
  return passable && (dirname(path) === path || everybodyMayPass(dirname(path)));
}
