// Builds every published package, then the Lambda functions.
//
//   node scripts/build.mjs                  both
//   node scripts/build.mjs --bundles-only   the functions alone, straight from the sources, without type checks
import { relative } from 'node:path';
import { bundleCommand, commandFile } from './build/bundle-command.mjs';
import { API_FILE, bundleFunction, functions } from './build/bundle.mjs';
import { root } from './build/workspace.mjs';

const bundlesOnly = process.argv.includes('--bundles-only');

async function main() {
  if (!bundlesOnly) await compilePackages();
  for (const name of functions) {
    const started = performance.now();
    const { directory, bytes, apiBytes } = await bundleFunction(name);
    const size = (count) => `${Math.round(count / 1024)} KiB`;
    const beside = apiBytes === undefined ? '' : ` and ${API_FILE}, ${size(apiBytes)}`;
    report(`${relative(root, directory)}/index.js, ${size(bytes)}${beside}`, started);
  }
}

async function compilePackages() {
  // Loaded here because the compiler alone takes longer to load than both bundles to build.
  const { compilePackage } = await import('./build/compile.mjs');
  const { publishedPackages } = await import('./build/workspace.mjs');
  for (const found of publishedPackages()) {
    const started = performance.now();
    compilePackage(found);
    report(`packages/${found.name}/dist, ESM and CommonJS`, started);
  }
  const started = performance.now();
  bundleCommand({ write: true });
  report(relative(root, commandFile), started);
}

// Progress goes to stderr, so that whoever builds on the way to something else keeps stdout clean.
function report(what, started) {
  console.error(`built ${what} (${Math.round(performance.now() - started)} ms)`);
}

main().catch((error) => {
  console.error(`Build failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
