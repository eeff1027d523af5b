import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FunctionTarget,
  type LocalSecretsManager,
  startSecretsManager,
} from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-targets-'));
const node = JSON.stringify(process.execPath);

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('rotation functions', () => {
  let manager: LocalSecretsManager;
  let output: string[];

  beforeEach(async () => {
    output = [];
    await start();
  });

  async function start(functionTimeoutMs?: number) {
    manager = await startSecretsManager({
      rotation: { attempts: 1, ...(functionTimeoutMs && { functionTimeoutMs }) },
      onFunctionOutput: (line) => output.push(line),
    });
    const value = { SecretString: 'x', ClientRequestToken: '1'.repeat(32) };
    manager.call('CreateSecret', { Name: 'db', ...value });
  }

  /** For functions that never answer. */
  async function startImpatiently() {
    await manager.close();
    await start(250);
  }

  afterEach(() => manager.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Has the function test the current value, which needs one invocation only. */
  async function invoke(target: FunctionTarget, token = '2') {
    const request = {
      SecretId: 'db',
      ClientRequestToken: token.repeat(32),
      RotationLambdaARN: manager.registerFunction('target', target),
      RotateImmediately: false,
    };
    manager.call('RotateSecret', request);
    return manager.waitForRotation('db');
  }

  describe('as a bundle', () => {
    it.each([
      ['index.mjs', 'export const handler = async (event, context) => {'],
      ['index.cjs', 'exports.handler = async (event, context) => {'],
    ])('run as %s with the event, a context and an environment', async (name, head) => {
      const bundle = file(
        name,
        `${head} console.log(JSON.stringify([event.Step, context.getRemainingTimeInMillis() > 0,
          context.awsRequestId.length, process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER])); };`,
      );
      await expect(invoke(bundle)).resolves.toMatchObject({ outcome: 'succeeded' });
      await waitFor(() => output.length > 0);
      expect(JSON.parse(output[0] ?? '')).toEqual(['testSecret', true, 36, manager.endpoint]);
    });

    it('stay warm, unless every invocation is to be fresh', async () => {
      const bundle = file(
        'counts.mjs',
        'let n = 0; export const handler = () => { throw new Error(`call ${++n}`); };',
      );
      const warm = { bundle };
      await expect(invoke(warm)).resolves.toMatchObject({ error: 'testSecret: Error: call 1' });
      manager.call('RotateSecret', {
        SecretId: 'db',
        ClientRequestToken: '3'.repeat(32),
        RotateImmediately: false,
      });
      await expect(manager.waitForRotation('db')).resolves.toMatchObject({
        error: 'testSecret: Error: call 2',
      });
      const fresh = { bundle, fresh: true };
      await expect(invoke(fresh, '4')).resolves.toMatchObject({
        error: 'testSecret: Error: call 1',
      });
    });

    it('serve several secrets at once, each process one event at a time', async () => {
      const bundle = file(
        'busy.mjs',
        `let busy = false; export const handler = async () => {
          if (busy) throw new Error('two events at once');
          busy = true; await new Promise((resolve) => setTimeout(resolve, 50)); busy = false; };`,
      );
      manager.registerFunction('busy', { bundle });
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const Name of names) {
        const ClientRequestToken = '1'.repeat(32);
        manager.call('CreateSecret', { Name, ClientRequestToken, SecretString: 'x' });
        manager.call('RotateSecret', {
          SecretId: Name,
          ClientRequestToken: '2'.repeat(32),
          RotationLambdaARN: 'busy',
          RotateImmediately: false,
        });
      }
      const reports = await Promise.all(names.map((name) => manager.waitForRotation(name)));
      expect(reports.map(({ outcome }) => outcome)).toEqual(names.map(() => 'succeeded'));
    });

    it.each([
      ['exports nothing', 'export const other = 1;', 'Runtime.HandlerNotFound'],
      ['does not load', 'throw new RangeError("broken");', 'RangeError: broken'],
      ['ends', 'export const handler = () => process.exit(3);', 'Runtime.ExitError'],
    ])('fail readably when the file %s', async (name, text, error) => {
      const report = await invoke(file(`${name.replaceAll(' ', '-')}.mjs`, text));
      expect(report).toMatchObject({ outcome: 'failed' });
      expect(report.error).toContain(error);
    });

    it('are stopped when they take too long', async () => {
      await startImpatiently();
      const bundle = file('hangs.mjs', 'export const handler = () => new Promise(() => {});');
      const report = await invoke(bundle);
      expect(report.error).toBe('testSecret: Sandbox.Timedout: Task timed out after 0.25 seconds');
    });

    it('are refused when the file is not there', () => {
      expect(() => manager.registerFunction('f', join(folder, 'absent.mjs'))).toThrow(TypeError);
    });
  });

  describe('as a command', () => {
    const script = (body: string) =>
      `require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const event = JSON.parse(line); ${body} });`;

    it('answer one line per event, and what else they print is output', async () => {
      const path = file(
        'ok.cjs',
        script('console.log("step " + event.Step); console.log(JSON.stringify({ ok: true }));'),
      );
      const report = await invoke({ command: [process.execPath, path] });
      expect(report).toMatchObject({ outcome: 'succeeded' });
      expect(output).toEqual(['step testSecret']);
    });

    it('may be a line for the shell that ends after each event', async () => {
      const command = `read event; echo '{"ok":true}'`;
      await expect(invoke({ command })).resolves.toMatchObject({ outcome: 'succeeded' });
      await expect(invoke({ command }, '3')).resolves.toMatchObject({ outcome: 'succeeded' });
    });

    it('may still be about to end when the next event comes', async () => {
      const command = `read event; echo '{"ok":true}'; sleep 0.3`;
      await expect(invoke({ command })).resolves.toMatchObject({ outcome: 'succeeded' });
      const again = { SecretId: 'db', ClientRequestToken: '3'.repeat(32) };
      manager.call('RotateSecret', { ...again, RotateImmediately: false });
      const report = await manager.waitForRotation('db');
      expect(report).toMatchObject({ outcome: 'succeeded', token: again.ClientRequestToken });
    });

    it('serve several secrets at once', async () => {
      const command = `read event; sleep 0.1; echo '{"ok":true}'`;
      manager.registerFunction('slow', { command });
      const names = ['a', 'b', 'c', 'd', 'e'];
      for (const Name of names) {
        const ClientRequestToken = '1'.repeat(32);
        manager.call('CreateSecret', { Name, ClientRequestToken, SecretString: 'x' });
        manager.call('RotateSecret', {
          SecretId: Name,
          ClientRequestToken: '2'.repeat(32),
          RotationLambdaARN: 'slow',
          RotateImmediately: false,
        });
      }
      const reports = await Promise.all(names.map((name) => manager.waitForRotation(name)));
      expect(reports.map(({ outcome }) => outcome)).toEqual(names.map(() => 'succeeded'));
    });

    it.each([
      [`echo '{"ok":false,"error":"no luck"}'`, 'Error: no luck'],
      [`echo '{"errorMessage":"no luck","errorType":"ValueError"}'`, 'ValueError: no luck'],
      ['exit 7', 'Runtime.ExitError: the command ended with code 7 before it answered'],
    ])('fail with what they answer: %s', async (tail, error) => {
      const report = await invoke({ command: `read event; ${tail}` });
      expect(report.error).toBe(`testSecret: ${error}`);
    });

    it('fail when the program is not there', async () => {
      const report = await invoke({ command: [join(folder, 'absent')] });
      expect(report.error).toContain('Runtime.StartError');
    });

    it('are stopped when they do not answer', async () => {
      await startImpatiently();
      const report = await invoke({ command: `${node} -e "setInterval(() => {}, 1000)"` });
      expect(report.error).toContain('Task timed out after 0.25 seconds');
    });
  });

  describe('at an address', () => {
    let server: Server;
    let seen: { path: string | undefined; body: string };
    let answer: { status: number; headers: Record<string, string>; body: string };

    beforeEach(async () => {
      answer = { status: 200, headers: {}, body: 'null' };
      server = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          seen = { path: request.url, body };
          response.writeHead(answer.status, answer.headers).end(answer.body);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });

    afterEach(() => server.close());

    const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    it('take the event as the local endpoint of the Lambda runtime does', async () => {
      await expect(invoke({ url: url() })).resolves.toMatchObject({ outcome: 'succeeded' });
      expect(seen.path).toBe('/2015-03-31/functions/function/invocations');
      expect(Object.keys(JSON.parse(seen.body)).sort()).toEqual([
        'ClientRequestToken',
        'RotationToken',
        'SecretId',
        'Step',
      ]);
    });

    it('keep a path of their own', async () => {
      await invoke({ url: `${url()}/rotate` });
      expect(seen.path).toBe('/rotate');
    });

    it.each([
      [{ body: '{"errorMessage":"bad","errorType":"KeyError"}' }, 'KeyError: bad'],
      [{ status: 502 }, 'Error: the function answered with HTTP status 502'],
      [{ headers: { 'x-amz-function-error': 'Unhandled' } }, 'Error: the function answered'],
    ])('fail with what they answer: %j', async (change, error) => {
      Object.assign(answer, change);
      const report = await invoke({ url: url() });
      expect(report.error).toContain(`testSecret: ${error}`);
    });

    it('fail when nobody listens', async () => {
      const gone = url();
      await new Promise((resolve) => server.close(resolve));
      const report = await invoke({ url: gone });
      expect(report.error).toContain('Runtime.Unreachable');
    });
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
