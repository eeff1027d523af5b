// What the licenses of bundled packages ask for: their texts, beside the code.
import { join } from 'node:path';
import { readLicense } from './license-text.mjs';

/**
 * Every text once, under the packages that come with it.
 *
 * A package without a text of its own gets the one of a bundled package from the same repository under the same license.
 *
 * @param {string} root the folder that the inputs are relative to
 * @param {string[]} inputs the files that went into a bundle
 * @throws Error naming all packages whose license text is missing
 */
export function thirdPartyNotices(root, inputs) {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  const packages = [...folders].sort().map((folder) => readLicense(join(root, folder)));
  const missing = [];
  const titlesByText = new Map();
  for (const found of packages) {
    const license = found.text ?? textOfNeighbour(found, packages);
    if (license === undefined) {
      missing.push(found.title);
      continue;
    }
    const text = [license, found.notice].filter(Boolean).join('\n\n');
    titlesByText.set(text, [...(titlesByText.get(text) ?? []), found.title]);
  }
  if (missing.length > 0) {
    throw new Error(
      `these bundled packages come without the text of their license: ${missing.join(', ')}. ` +
        'Take a version that has it, or leave the package out of the bundle.',
    );
  }
  return [...titlesByText]
    .map(([text, titles]) => `${titles.join('\n')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function textOfNeighbour({ repository, license }, packages) {
  if (!repository || !license) return undefined;
  return packages.find(
    (other) => other.text && other.repository === repository && other.license === license,
  )?.text;
}

function packageFolder(file) {
  return /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}
