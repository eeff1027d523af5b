import { setTimeout as sleep } from 'node:timers/promises';
import { sharedPostgres } from '@keyturn/testkit/postgres';
import { missedBySoak } from '../../src/report/soak-table.js';
import { runSoak, type SoakReport } from '../../src/soak/run-soak.js';

describe('500 rotations of a mixed fleet in one process, with faults', () => {
  let report: SoakReport;

  beforeAll(async () => {
    report = await runSoak({ rotations: 500 });
  });

  it('lock nobody out and all complete', () => {
    expect(report).toMatchObject({ lockouts: 0, stuck: 0 });
    expect(report.rotations).toBeGreaterThanOrEqual(500);
  });

  it('meet faults, and operators who begin anew', () => {
    expect(report.faults).toBeGreaterThan(50);
    expect(report.startedOver).toBeGreaterThan(5);
  });

  it('leave no session open', () => {
    expect(report.leaks).toBe(0);
  });
});

describe('some rotations, a third of them over a real Postgres and the local Secrets Manager', () => {
  /** Sockets and listeners of this process. */
  const handles = (): number =>
    process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Pipe)/.test(name)).length;

  it('leave no connection and no handle open', async () => {
    const before = handles();
    const report = await runSoak({ rotations: 27, server: sharedPostgres() });
    expect(report).toMatchObject({ lockouts: 0, stuck: 0, leaks: 0 });
    expect(report.real).toBeGreaterThan(5);
    // What was closed takes a turn of the event loop, or a few, to be gone.
    for (let look = 0; look < 200 && handles() > before; look++) await sleep(10);
    expect(handles()).toBeLessThanOrEqual(before);
  });
});

describe('what a soak misses', () => {
  const sample = (rotations: number, heapMb: number) => ({ rotations, heapMb, rssMb: 100 });
  const clean: SoakReport = {
    rotations: 100,
    real: 0,
    faults: 10,
    startedOver: 1,
    stuck: 0,
    lockouts: 0,
    leaks: 0,
    samples: [sample(10, 20), sample(25, 30), sample(50, 30), sample(75, 31), sample(100, 31)],
    durationMs: 1,
  };

  it('is nothing where all is well', () => {
    expect(missedBySoak(clean, 0)).toEqual([]);
  });

  it('is each leak, lockout and stuck rotation', () => {
    const bad = { ...clean, stuck: 1, lockouts: 2, leaks: 3 };
    expect(missedBySoak(bad, 4)).toEqual([
      '2 lockouts',
      '1 rotations never completed',
      '3 sessions or connections left open',
      '4 handles left open',
    ]);
  });

  it('is a heap that goes on growing', () => {
    const samples = [...clean.samples, sample(125, 40)];
    expect(missedBySoak({ ...clean, samples }, 0)).toEqual(['the heap grew by 10.0 MB']);
  });
});
