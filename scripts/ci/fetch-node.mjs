// `node scripts/ci/fetch-node.mjs <major> <folder>`: another Node for the tests, whose hash is pinned in nodes.json. Its
// program is in the folder's bin/ then.
import { readFileSync } from 'node:fs';
import { fetchVerified } from '../pnpm/fetch-verified.mjs';

const [, , major, folder] = process.argv;
const all = JSON.parse(readFileSync(new URL('nodes.json', import.meta.url), 'utf8'));
const platform = `${process.platform}-${process.arch}`;
const pinned = all.find((each) => each.major === major && each.platform === platform);
if (pinned === undefined) {
  throw new Error(
    `no Node ${major} is pinned for ${platform} in scripts/ci/nodes.json: add it, with its hash`,
  );
}
fetchVerified(pinned, folder);
