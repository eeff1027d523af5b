// What everything that is handed out has to have, be it a package's tarball or the folder of a Lambda function.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../build/workspace.mjs';

const LICENSE = 'LICENSE';
const NOTICES = 'THIRD-PARTY-NOTICES.txt';

/**
 * @param {string} folder an unpacked tarball, or a folder with bundled code
 * @param {{ bundled?: boolean }} [options] whether other people's code is known to be in it
 * @throws Error with everything that is missing: keyturn's license, notices, the sources of a source map
 */
export function checkArtefact(folder, { bundled = false } = {}) {
  const files = readdirSync(folder, { recursive: true }).map((file) => file.replaceAll('\\', '/'));
  const text = (file) => readFileSync(join(folder, file), 'utf8');
  const code = files.filter((file) => /\.([cm]?js|[cm]?ts)$/.test(file));
  const maps = files.filter((file) => file.endsWith('.map'));
  const inlined = code.filter((file) => /^\/\/ (\.\.\/)*node_modules\//m.test(text(file)));
  const problems = [
    ...licenseProblems(folder),
    ...(bundled || inlined.length > 0 ? noticesProblems(folder, inlined) : []),
    ...maps.flatMap((file) => mapProblems(file, text(file))),
    ...code.flatMap((file) => linkProblems(folder, file, text(file))),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function licenseProblems(folder) {
  const file = join(folder, LICENSE);
  if (!existsSync(file)) return [`${LICENSE} is missing`];
  const same = readFileSync(file).equals(readFileSync(join(root, LICENSE)));
  return same ? [] : [`${LICENSE} is not the one of this repository`];
}

function noticesProblems(folder, inlined) {
  const file = join(folder, NOTICES);
  if (existsSync(file) && readFileSync(file, 'utf8').trim() !== '') return [];
  return [
    `${NOTICES} is missing or empty beside bundled packages${inlined.length > 0 ? ` (${inlined})` : ''}`,
  ];
}

function mapProblems(name, text) {
  const { sections, sources = [], sourcesContent = [] } = JSON.parse(text);
  if (sections) return sections.flatMap(({ map }) => mapProblems(name, JSON.stringify(map)));
  return sources
    .filter((_, index) => typeof sourcesContent[index] !== 'string')
    .map((source) => `${name} maps to ${source}, whose text is nowhere`);
}

function linkProblems(folder, file, text) {
  return [...text.matchAll(/^\/[/*][#@] sourceMappingURL=(\S+)/gm)].flatMap(([, url]) => {
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url);
    if (inline) {
      const [, base64, data] = inline;
      const map = base64 ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
      return mapProblems(file, map);
    }
    return existsSync(join(folder, dirname(file), url))
      ? []
      : [`${file} names ${url}, which is not there`];
  });
}
