import { refuse } from '@keyturn/core';
import { refusalToError } from '@keyturn/core/adapter';
import { FUNCTION_SETTINGS } from './function-settings.js';

/**
 * The certificates that `tlsCa` holds, or those in the file that it names.
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` with field `tlsCa`; never quotes the text
 */
export function readCertificates(
  text: string,
  readFile: (path: string, encoding: 'utf8') => string,
): string {
  const isPem = (pem: string): boolean => pem.includes('-----BEGIN CERTIFICATE-----');
  // Some consoles keep a variable on one line, with the line breaks written out.
  if (isPem(text)) return text.replaceAll('\\n', '\n');
  let pem: string;
  try {
    pem = readFile(text, 'utf8');
  } catch {
    throw unfit('names a file that cannot be read');
  }
  if (!isPem(pem)) throw unfit('names a file without a certificate');
  return pem;
}

function unfit(problem: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_INVALID_SETTING',
      field: 'tlsCa',
      settings: ['tlsCa'],
      message: `The setting tlsCa ${problem}; it has to be ${FUNCTION_SETTINGS.tlsCa.form.words}.`,
      remedy: 'docs/settings.md lists every setting.',
    }),
  );
}
