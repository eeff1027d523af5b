import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { makeJsonVisible, makeVisible } from '../../src/visible-text.js';

const bin = join(__dirname, '../../bin/keyturn-secrets-manager.mjs');
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** As far as a command line can hold it. */
const EVIL =
  '\u001b[2J\u001b[31mRED\u001b]0;title\u0007\b\r\u0085\u009b31m\u007f\t' +
  '\u061c\u202e\u2066\u200b\u200d\ufeff\u2028\u2029\u{e0041}\u00ad\u3164\ufe0f!';
const EVIL_SHOWN = '\\u{1b}[2J\\u{1b}[31mRED';
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Starts the command and gives all that it prints. */
function start(...options: string[]) {
  const args = [bin, '--port', '0', ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let printed = '';
  const waiting: { text: string; found: () => void }[] = [];
  const take = (chunk: Buffer): void => {
    printed += chunk.toString();
    for (const { text, found } of waiting) if (printed.includes(text)) found();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(printed)));
  const seen = (text: string) =>
    new Promise<string>((found) => {
      waiting.push({ text, found: () => found(printed) });
      take(Buffer.alloc(0));
    });
  return { child, ended, seen };
}

function expectVisible(printed: string): void {
  expect(printed).not.toBe('');
  expect(printed.replaceAll('\n', '')).not.toMatch(HIDDEN);
}

async function call(printed: string, operation: string, input: object): Promise<void> {
  const [endpoint = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `secretsmanager.${operation}`,
  };
  const body = JSON.stringify({ ClientRequestToken: crypto.randomUUID(), ...input });
  await (await fetch(endpoint, { method: 'POST', headers, body })).text();
}

describe('9: Foreign text cannot change what a person sees', () => {
  it.each([
    ['a port', ['--port', EVIL]],
    ['an unknown option', [`--${EVIL}`]],
    ['a file of a function', ['--function', `f=/nowhere/${EVIL}`]],
    ['a place of the state', ['--persist', `/nowhere/${EVIL}`]],
    ['a region', ['--region', EVIL]],
    ['an account', ['--account', EVIL]],
    ['an allowed host', ['--allow-host', EVIL]],
    ['a host', ['--host', EVIL]],
  ])('of the local Secrets Manager’s command line: %s', async (_, options) => {
    expectVisible(await start(...options).ended);
  });

  it('of names and output of functions, and of requests that are logged', async () => {
    const script = join(__dirname, 'hostile-function.cjs');
    const command = `command:"${process.execPath}" "${script}"`;
    const { child, ended, seen } = start('--log-requests', '--function', `${EVIL}=${command}`);
    const ready = await seen('ready at');
    expect(ready).toContain(`functions ${EVIL_SHOWN}`);
    await call(ready, 'CreateSecret', { Name: 'orders', SecretString: 'Baa-black-Sheep' });
    await call(ready, 'DescribeSecret', { SecretId: EVIL, VersionStage: EVIL });
    await call(ready, `Odd${encodeURIComponent(EVIL)}`, {});
    await call(ready, 'RotateSecret', {
      SecretId: 'orders',
      RotationLambdaARN: EVIL,
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
    await seen('from stdout');
    await seen('from stderr');
    child.kill('SIGTERM');
    const printed = await ended;
    expectVisible(printed);
    expect(printed).toContain('\\u001b[2J');
    expect(printed).toContain('\\u{1b}[2Jfrom stderr');
  });

  it('makes any text visible, and any JSON, which keeps its value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(makeVisible(text)).not.toMatch(HIDDEN);
        const json = makeJsonVisible(JSON.stringify({ text }));
        expect(json).not.toMatch(HIDDEN);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ text })));
      }),
    );
    for (const plain of ['Größe, 東京, 😀', 'plain']) expect(makeVisible(plain)).toBe(plain);
  });
});
