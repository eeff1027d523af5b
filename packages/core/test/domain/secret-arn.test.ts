import { isSameSecret } from '../../src/domain/secret-arn.js';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a:b-AbCdEf';

describe('two ARNs', () => {
  it.each([ARN, ARN.replace('us-east-1', 'eu-west-1')])('name one secret: %s', (other) => {
    expect(isSameSecret(ARN, other)).toBe(true);
    expect(isSameSecret(other, ARN)).toBe(true);
  });

  it.each([
    ARN.replace('AbCdEf', 'AbCdEg'),
    ARN.replace('123456789012', '210987654321'),
    ARN.replace('arn:aws:', 'arn:aws-cn:'),
    ARN.replace('a:b', 'a:c'),
    'b-AbCdEf',
    '',
  ])('name two: %s', (other) => expect(isSameSecret(ARN, other)).toBe(false));
});
