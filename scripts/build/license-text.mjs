// Where a package keeps the text of its license.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Shorter than any license in use; what is shorter only names one, or points to it. */
const SHORTEST = 250;

/**
 * The package in a folder, with the texts that its license asks to be passed on.
 *
 * @returns {{ title: string, repository?: string, license?: string, text?: string, notice?: string }} without `text`
 * where the package has none: neither a file of its own nor a section of its README
 */
export function readLicense(folder) {
  const { name, version, license, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const files = readdirSync(folder);
  const read = (pattern) =>
    files
      .filter((file) => pattern.test(file))
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8').trim())
      .join('\n\n');
  const text = [read(/^(licen[cs]e|copying)([.-]|$)/i), sectionOf(read(/^readme(\.|$)/i))].find(
    (found) => found.length >= SHORTEST,
  );
  const notice = read(/^notice(\.|$)/i);
  return {
    title: `${name} ${version}${license ? ` (${license})` : ''}`,
    ...(license && { license }),
    ...(repository && { repository: repository.url ?? repository }),
    ...(text && { text }),
    ...(notice && { notice }),
  };
}

/** What a README says under the heading "License", if it is a license: some packages have theirs nowhere else. */
function sectionOf(readme) {
  const [, section = ''] = /^#+ *licen[cs]e *\n([\s\S]*?)(?=^#+ |(?![\s\S]))/im.exec(readme) ?? [];
  return /copyright/i.test(section) && /permi(t|ssion)|redistribut/i.test(section)
    ? section.trim()
    : '';
}
