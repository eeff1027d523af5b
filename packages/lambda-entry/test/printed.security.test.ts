import { jsonLog } from '../src/index.js';

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe('9: Foreign text cannot change what a person sees', () => {
  it.each([
    ['terminal escapes', '\u001b[2J\u009b31m\u0007\u007f'],
    ['line breaks', 'a\r\n\u0085\u2028\u2029b'],
    ['bidirectional controls', '\u202e\u2066\u061c\u200f'],
    ['what is invisible', '\u200b\u200d\ufeff\u00ad\u{e0041}\ufe0f\u3164'],
  ])('in a log line, which keeps its value: %s', (_, evil) => {
    const lines: string[] = [];
    const place = { secretId: evil, versionId: evil, step: 'setSecret', at: 0 } as const;
    const failed = { code: 'KEYTURN_UNEXPECTED', retryable: true, durationMs: 1 } as const;
    jsonLog((line) => lines.push(line)).notify({
      ...place,
      name: 'rotation.failed',
      message: evil,
      ...failed,
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(HIDDEN);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ secretId: evil, message: evil });
  });
});
