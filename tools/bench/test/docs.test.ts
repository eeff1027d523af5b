import { replaceSection } from '../src/docs.js';

describe('a section of the docs', () => {
  const page =
    'before\n<!-- bench: a -->\nold\n<!-- /bench: a -->\n<!-- bench: b -->\n<!-- /bench: b -->\nafter';

  it('is replaced between its markers, and nothing else is', () => {
    const replaced = replaceSection(page, 'a', 'new');
    expect(replaced).toBe(
      'before\n<!-- bench: a -->\n\nnew\n\n<!-- /bench: a -->\n<!-- bench: b -->\n<!-- /bench: b -->\nafter',
    );
    expect(replaceSection(replaced, 'a', 'new')).toBe(replaced);
  });

  it('is not written where a marker is missing', () => {
    expect(() => replaceSection(page, 'c', 'new')).toThrow('<!-- bench: c -->');
    expect(() => replaceSection('<!-- bench: a -->', 'a', 'new')).toThrow('<!-- /bench: a -->');
  });
});
