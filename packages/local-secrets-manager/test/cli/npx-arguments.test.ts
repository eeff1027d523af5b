import { argumentsBehindNpx } from '../../src/cli/npx-arguments.js';

const npx = { npm_command: 'exec', npm_lifecycle_event: 'npx' };
const options = ['--port', '--function', '--attempts'];

describe('arguments behind npx', () => {
  it('leaves a command line alone that arrives whole', () => {
    expect(argumentsBehindNpx(['--port', '1'], npx, options)).toEqual(['--port', '1']);
    expect(argumentsBehindNpx(['5100'], {}, options)).toEqual(['5100']);
  });

  it('gives bare values back to the options that npm kept', () => {
    const env = { ...npx, npm_config_port: 'true', npm_config_function: 'true\n\ntrue' };
    const given = ['5100', 'a=x.mjs', 'arn:aws:lambda:eu-west-1:1:function:b=y.mjs'];
    expect(argumentsBehindNpx(given, env, options)).toEqual([
      '--port=5100',
      '--function=a=x.mjs',
      '--function=arn:aws:lambda:eu-west-1:1:function:b=y.mjs',
    ]);
  });

  it('finds options with an equals sign in the environment', () => {
    const env = { ...npx, npm_config_port: '0', npm_config_function: 'a=x\n\nb=y' };
    expect(argumentsBehindNpx([], env, options)).toEqual([
      '--port=0',
      '--function=a=x',
      '--function=b=y',
    ]);
  });

  it('says what to type when a value could belong to several options', () => {
    const env = { ...npx, npm_config_port: 'true', npm_config_attempts: 'true' };
    expect(() => argumentsBehindNpx(['5100', '2'], env, options)).toThrow(
      'npx --no -- keyturn-secrets-manager',
    );
  });
});
