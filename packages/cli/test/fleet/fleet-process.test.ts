import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { FleetEntry } from '@keyturn/core';
import { cheapFleet, type CheapFleet } from '../support/cheap-fleet.js';
import { useCliFixture } from '../support/cli-fixture.js';
import { CTRL_C, hasPseudoTerminal, see, useBundledCommand } from '../support/pseudo-terminal.js';

const fixture = useCliFixture();
useBundledCommand();

const where = () => [
  '--endpoint',
  fixture().manager.endpoint,
  '--region',
  fixture().manager.region,
];
const fleetRotate = (fleet: CheapFleet, ...more: string[]) => [
  ...['fleet', 'rotate', '--filter', fleet.filter, '--per-second', '1000', ...where()],
  ...more,
];
const entriesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as FleetEntry);

/** A promise that is kept from outside. */
function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'keyturn-fleet-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a fleet whose process is killed', () => {
  it('goes on where it ended: what the journal has as rotated is not rotated again', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(30);
    const journal = join(folder, 'killed.jsonl');
    const halfway = signal();
    fleet.slowDown(async () => {
      await sleep(20);
      if (Object.keys(fleet.rotations()).length >= 12) halfway.give();
    });
    const args = fleetRotate(fleet, '--yes', '--concurrency', '4', '--journal', journal);

    const crash = await see(args, { terminal: false, killed: halfway.given });
    expect(crash.code).toBeNull();
    const before = entriesOf(journal);
    const done = before.filter(({ state }) => state === 'rotated').map(({ secretId }) => secretId);
    const underWay = before.length - 2 * done.length;
    expect(done.length).toBeGreaterThan(0);
    expect(underWay).toBeLessThanOrEqual(4);

    const resumed = await see([...args, '--json'], { terminal: false });
    expect(resumed.code).toBe(0);
    const { counts } = JSON.parse(resumed.screen) as { readonly counts: object };
    expect(counts).toEqual({
      rotated: 30 - done.length,
      alreadyRotated: done.length,
      failed: 0,
      skipped: 0,
      notStarted: 0,
    });
    const rotations = fleet.rotations();
    expect(Object.keys(rotations)).toHaveLength(30);
    for (const arn of done) {
      const [, name = ''] = /\/(s\d+)-/.exec(arn) ?? [];
      expect(rotations[name]).toBe(1);
    }

    const again = await see([...args, '--json'], { terminal: false });
    expect(JSON.parse(again.screen)).toMatchObject({ counts: { alreadyRotated: 30, rotated: 0 } });
    expect(fleet.rotations()).toEqual(rotations);
  });

  it('refuses the journal of another fleet', async () => {
    const [one, other] = [cheapFleet(fixture()), cheapFleet(fixture())];
    one.add('a');
    other.add('a');
    const journal = join(folder, 'mine.jsonl');
    const first = await see(fleetRotate(one, '--yes', '--journal', journal), { terminal: false });
    expect(first.code).toBe(0);
    const args = fleetRotate(other, '--yes', '--journal', journal);
    const { code, screen } = await see(args, { terminal: false });
    expect(code).toBe(3);
    expect(screen.replaceAll(/\s+/g, ' ')).toContain('Give each fleet a journal of its own.');
    expect(other.rotations()).toEqual({});
  });
});

describe('on a terminal of 80 columns without colour', () => {
  it('asks, draws a bar with live counts over and over, and shows a table', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(12);
    fleet.add('plain', { rotated: false });
    const seen = signal();
    fleet.slowDown(async () => {
      if (hasPseudoTerminal && Object.keys(fleet.rotations()).length === 11) await seen.given;
    });
    const answers = [
      { to: 'Rotate 12 secrets now? [y/N]', with: 'y\n' },
      { to: '] 11/12  ', with: seen.give },
    ];
    const args = fleetRotate(fleet, '--concurrency', '3', ...(hasPseudoTerminal ? [] : ['--yes']));
    const { code, screen } = await see(args, hasPseudoTerminal ? { answers } : {});
    expect(code).toBe(0);
    expect(screen).toContain(
      '12 secrets to rotate in us-east-1 of account 123456789012: 1000 begun per\n' +
        '    second, 3 at once, one at a time on each of 12 servers.\nSkipped: 1 no rotation function.\n',
    );
    const text = stripVTControlCharacters(screen);
    const bar = /\r\[=+ *\] 11\/12 {2}11 rotated {2}1 under way {2}\d+ s left/;
    expect(bar.test(text)).toBe(hasPseudoTerminal);
    expect(screen).toMatch(/OUTCOME {2}SECRETS\nrotated {2}12\nskipped {2}1\n/);
    expect(screen).toMatch(/Done after \d+ s\.\n$/);
    for (const colour of ['31', '32', '33']) expect(screen).not.toContain(`\u001b[${colour}m`);
    const lines = text.split(/[\r\n]/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('stops cleanly at Ctrl-C: begins no more, waits for those under way, and says what is left', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(8);
    const [underWay, goOn] = [signal(), signal()];
    let begun = 0;
    fleet.slowDown(async () => {
      if ((begun += 1) === 2) underWay.give();
      await goOn.given;
    });
    const answers = [{ to: 'Stopping: ', with: goOn.give }];
    const args = fleetRotate(fleet, '--yes', '--concurrency', '2');
    const { code, screen } = await see(args, { answers, interrupted: underWay.given });
    expect(code).toBe(130);
    expect(screen).toContain('Stopping: 2 under way are waited for. Ctrl-C again ends at once.\n');
    expect(screen).toMatch(/OUTCOME +SECRETS\nrotated +2\nnot started +6\n/);
    expect(screen).toMatch(/Interrupted after \d+ s\.\n$/);
    expect(Object.keys(fleet.rotations())).toHaveLength(2);
  });

  it('ends at once at the second Ctrl-C', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(2);
    const [underWay, goOn] = [signal(), signal()];
    fleet.slowDown(async () => {
      underWay.give();
      await goOn.given;
    });
    const answers = [{ to: 'Ctrl-C again ends at once.', with: CTRL_C }];
    const args = fleetRotate(fleet, '--yes', '--concurrency', '1');
    const { code, screen } = await see(args, { answers, interrupted: underWay.given });
    goOn.give();
    // The shell's code for an end by this signal, or the signal itself.
    expect([130, null]).toContain(code);
    expect(screen).not.toContain('OUTCOME');
  });
});

describe('on a plain pipe', () => {
  it('draws nothing, and prints one JSON document with --json', async () => {
    const fleet = cheapFleet(fixture());
    fleet.addMany(2);
    const plain = await see(fleetRotate(fleet, '--yes'), { terminal: false });
    expect(plain.screen).not.toContain('\u001b');
    expect(plain.screen).not.toContain('\r');
    const json = await see(fleetRotate(fleet, '--yes', '--json'), { terminal: false });
    expect(JSON.parse(json.screen)).toMatchObject({ outcome: 'rotated', counts: { rotated: 2 } });
  });
});
