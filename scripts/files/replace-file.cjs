// Writes the pages, reports and pictures that are made from measurements and tests.
const { randomBytes } = require('node:crypto');
const { renameSync, rmSync, writeFileSync } = require('node:fs');

/**
 * Puts a new file in the place of whatever has its name; it is whole at any moment, as others may read it. Where that is a link, the link goes and its target stays as it
 * is, as does the other name of a file that has two.
 * @param {string} file
 * @param {string | Uint8Array} text
 */
function replaceFile(file, text) {
  const draft = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

module.exports = { replaceFile };
