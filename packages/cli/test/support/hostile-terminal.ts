/* eslint-disable no-control-regex -- escapes are what is looked for */
import { runCli, type Terminal } from '../../src/index.js';
import { TLS } from './cli-fixture.js';
import { EVIL, startHostileService, type Answers } from './hostile-service.js';

const closeLater: (() => void)[] = [];

/** Closes all that was started; for `afterAll`. */
export const closeHostile = (): void => closeLater.forEach((close) => close());

/** Has it closed as well. */
export const alsoClose = (close: () => void): void => void closeLater.push(close);

export const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf';
export const id = (name: string) => `${name}${EVIL}`.padEnd(32, '.');
const LABELLED = {
  [id('first')]: ['AWSCURRENT', `label ${EVIL}`],
  [id('second')]: ['AWSPREVIOUS', EVIL],
};

/** A service whose every text is hostile. */
export function answers(value: object | string, more: Answers = {}): Answers {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const versions = Object.entries(LABELLED);
  return {
    DescribeSecret: () => ({
      ARN: `${ARN}${EVIL}`,
      Name: EVIL,
      VersionIdsToStages: LABELLED,
      Tags: [{ Key: EVIL, Value: EVIL }],
    }),
    ListSecretVersionIds: () => ({
      Versions: versions.map(([VersionId, VersionStages]) => ({ VersionId, VersionStages })),
    }),
    GetSecretValue: ({ VersionId = id('first') }) => ({
      ARN: `${ARN}${EVIL}`,
      Name: EVIL,
      VersionId,
      SecretString: text,
    }),
    ListSecrets: () => ({
      SecretList: ['a', 'b'].map((name) => ({
        ARN: `${ARN}${name}${EVIL}`,
        Name: `${name}${EVIL}`,
        RotationEnabled: name === 'a',
        RotationLambdaARN: name === 'a' ? EVIL : undefined,
        OwningService: name === 'b' ? EVIL : undefined,
      })),
    }),
    ...more,
  };
}

/** Styles of keyturn's own, line breaks, and what draws a line over on standard error. */
const OWN = /\u001b\[(?:1|2|22|31|32|33|39)m|\n/g;
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Runs a command line on a terminal with colours where somebody says yes, and looks at every character. */
export async function look(args: readonly string[], more: Partial<Terminal> = {}) {
  const [out, err, asked]: string[][] = [[], [], []];
  const terminal: Terminal = {
    env: { ...TLS, AWS_REGION: 'eu-west-1' },
    columns: 80,
    colours: true,
    interactive: true,
    live: true,
    interrupted: new AbortController().signal,
    out: (text) => void out!.push(text),
    err: (text) => void err!.push(text),
    ask: (question) => Promise.resolve(asked!.push(question) > 0),
    askText: (question) => Promise.resolve(asked!.push(question) > 0 ? 'nobody' : undefined),
    readInput: () => Promise.resolve(`${EVIL}\n`),
    ...more,
  };
  const code = await runCli(args, terminal);
  const shown = [...out!, ...asked!].join('');
  const errors = err!.join('');
  expect(shown.replace(OWN, '')).not.toMatch(HIDDEN);
  expect(errors.replaceAll('\r\u001b[K', '').replace(OWN, '')).not.toMatch(HIDDEN);
  // A style within a hostile text would be left out above.
  expect(shown + errors).not.toMatch(/\u001b\[31mRED/);
  return { code, shown, errors, json: () => JSON.parse(out!.join('')) as unknown };
}

export async function serviceAt(made: Answers): Promise<readonly string[]> {
  const { endpoint, close } = await startHostileService(made);
  closeLater.push(close);
  return ['--endpoint', endpoint, '--region', 'eu-west-1'];
}

export const place = (more: object = {}) => ({
  engine: 'redshift',
  host: '127.0.0.1',
  port: 1,
  dbname: 'shop',
  username: 'sheep',
  password: 'Baa-black-Sheep-1',
  ...more,
});

export const NO_TLS = { env: { KEYTURN_TLS_MODE: 'disable', AWS_REGION: 'eu-west-1' } };
