import {
  isRefusal,
  readSettings,
  refuse,
  refusalToError,
  type Environment,
  type RotationSettings,
} from '@keyturn/core';
import type { TlsSettings } from '@keyturn/adapters-redshift';
import { FUNCTION_SETTINGS, SETTINGS } from './parts/function-settings.js';

/** What the environment says, parsed. */
export interface FunctionConfig {
  readonly settings: RotationSettings;
  readonly endpoint: string | undefined;
  readonly passwordSource: 'local' | 'secretsmanager';
  readonly tls: TlsSettings;
}

/**
 * Parses the environment. An empty variable counts as one that is not set.
 * @param readFile reads the file that `tlsCa` names
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` whose field is the key of the first setting that is not fit
 */
export function parseConfig(env: Environment, readFile: (path: string) => string): FunctionConfig {
  const found = readSettings(SETTINGS, env);
  if (isRefusal(found)) throw refusalToError(found);
  const {
    endpoint,
    passwordSource = FUNCTION_SETTINGS.passwordSource.default,
    tlsMode: mode = FUNCTION_SETTINGS.tlsMode.default,
    tlsCa: ca,
    tlsAllowSecretOptOut: allowSecretOptOut = FUNCTION_SETTINGS.tlsAllowSecretOptOut.default,
    ...settings
  } = found;
  return {
    endpoint,
    passwordSource,
    tls: { mode, ...(ca !== undefined && { ca: certificates(ca, readFile) }), allowSecretOptOut },
    settings,
  };
}

function certificates(text: string, readFile: (path: string) => string): string {
  const isPem = (pem: string): boolean => pem.includes('-----BEGIN CERTIFICATE-----');
  // Some consoles keep a variable on one line, with the line breaks written out.
  if (isPem(text)) return text.replaceAll('\\n', '\n');
  let pem: string;
  try {
    pem = readFile(text);
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
      message: `The setting tlsCa ${problem}; it has to be ${SETTINGS.tlsCa.form.words}.`,
      remedy: 'docs/settings.md lists every setting.',
    }),
  );
}
