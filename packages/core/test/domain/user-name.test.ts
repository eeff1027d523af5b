import { checkUserName, utf8Length } from '../../src/domain/user-name.js';

describe('a user name', () => {
  it.each(['a', 'sheep', '🐑'.repeat(31), 's'.repeat(127), 'a b', '"', "'", '%', 'PUBLIC '])(
    'may be %j',
    (name) => expect(checkUserName(name, 127)).toBeUndefined(),
  );

  it.each<[string, RegExp]>([
    ['', /empty/],
    ['a\\b', /backslash/],
    ['a\u0000', /control/],
    ['a\u007f', /control/],
    ['\udc00', /control/],
    ['Public', /everybody/],
    ['IAMR:role', /service prefix/],
    [':', /service prefix/],
    ['🐑'.repeat(32), /128 bytes long and the most is 127/],
  ])('is refused when it is %j', (name, message) => {
    expect(checkUserName(name, 127)).toMatchObject({ field: 'username', message });
  });

  it('is measured in UTF-8 bytes', () => {
    expect(['a', 'ä', '€', '🐑'].map(utf8Length)).toEqual([1, 2, 3, 4]);
  });
});
