import { showProgress } from '../../src/fleet/show-progress.js';
import { screenOf } from '../../src/terminal.js';
import type { Terminal } from '../../src/index.js';

const progress = { total: 4, rotated: 1, failed: 0, running: 2, waiting: 1 };

function watch(live: boolean) {
  const controller = new AbortController();
  const written: string[] = [];
  const terminal = {
    live,
    columns: 80,
    interrupted: controller.signal,
    err: (text: string) => void written.push(text),
  } as unknown as Terminal;
  return { display: showProgress(screenOf(terminal)), written, controller };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('showProgress', () => {
  it('writes a line every ten seconds where none can be drawn over', () => {
    const { display, written } = watch(false);
    display.update(progress);
    jest.advanceTimersByTime(9_999);
    expect(written).toEqual([]);
    jest.advanceTimersByTime(10_001);
    expect(written).toHaveLength(2);
    expect(written[0]).toMatch(/^\[=+ +\] 1\/4 {2}1 rotated {2}2 under way {2}30 s left\n$/);
    display.stop();
    jest.advanceTimersByTime(60_000);
    expect(written.join('')).not.toContain('\r');
    expect(written.filter((text) => text !== '')).toHaveLength(2);
  });

  it('draws one line over and over on a terminal, and leaves it empty in the end', () => {
    const { display, written } = watch(true);
    jest.advanceTimersByTime(1_000);
    expect(written).toEqual([]);
    display.update(progress);
    jest.advanceTimersByTime(1_000);
    expect(written).toHaveLength(4);
    for (const text of written) expect(text).toMatch(/^\r.+1\/4.+[^\n]$/);
    display.stop();
    expect(written.at(-1)).toBe('\r\u001b[K');
  });

  it('says once what Ctrl-C has done', () => {
    const { display, written, controller } = watch(true);
    display.update(progress);
    controller.abort();
    expect(written).toEqual([
      '\r\u001b[KStopping: 2 under way are waited for. Ctrl-C again ends at once.\n',
    ]);
    display.stop();
  });
});
