// `npm run check:bytes`: fails when a Lambda bundle outgrows its budget. `-- --json` prints the sizes and no more.
import { measureBytes } from './build/measure-bytes.mjs';

const MOST_OVER_BARE = 90_000;
const MOST_BYTES = 520_000;
const MOST_ZIPPED = 170_000;
// The file with the Redshift clients, beside index.js.
const MOST_API_BYTES = 350_000;
const MOST_API_ZIPPED = 100_000;

const sizes = await measureBytes();
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(sizes));
} else {
  console.log(`bare AWS SDK and pg: ${sizes.bare} bytes`);
  for (const { name, bytes, zip, api } of sizes.functions) {
    console.log(
      `${name}: ${bytes} bytes (${bytes - sizes.bare} over bare), ${zip} as a zip without redshift-api.js`,
    );
    check(name, 'bytes over the bare bundle', bytes - sizes.bare, MOST_OVER_BARE);
    check(name, 'bytes', bytes, MOST_BYTES);
    check(name, 'bytes as a zip', zip, MOST_ZIPPED);
    if (api === undefined) continue;
    console.log(`${name}/redshift-api.js: ${api.bytes} bytes, ${api.zip} as a zip`);
    check(name, 'bytes in redshift-api.js', api.bytes, MOST_API_BYTES);
    check(name, 'bytes in redshift-api.js as a zip', api.zip, MOST_API_ZIPPED);
  }
}

function check(name, what, size, most) {
  if (size <= most) return;
  console.error(`${name} has ${size} ${what}; the budget is ${most}`);
  process.exitCode = 1;
}
