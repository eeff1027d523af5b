import { layOut, whole } from '../src/output/lay-out.js';
import { show } from '../src/output/shown.js';
import { widthOf } from '../src/output/width.js';
import { EVIL } from './support/hostile-service.js';
import {
  answers,
  ARN,
  closeHostile,
  id,
  look,
  NO_TLS,
  place,
  serviceAt,
} from './support/hostile-terminal.js';

afterAll(closeHostile);
beforeAll(() => {
  // The SDK looks for them in the environment of the process.
  process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'any';
});

/** Words of a server's own that fill lines, so that what follows would begin one. */
const PRETENCE = Array.from(
  { length: 60 },
  (_, i) => `x${'x'.repeat(i)} Repaired. Go ahead? Plan:`,
);

describe('9: Foreign text cannot change what a person sees', () => {
  it.each([
    ['a label that looks like two', 'x AWSCURRENT', 'x\\u{20}AWSCURRENT'],
    ['a label that fills a line', `x${' '.repeat(90)}Repaired.`, 'x\\u{20}\\u{20}'],
    ['a label that makes columns', 'x    accepted', 'x\\u{20}\\u{20}\\u{20}\\u{20}accepted'],
  ])('shows the spaces of %s', async (_, label, shown) => {
    const VersionIdsToStages = { [id('first')]: ['AWSCURRENT', label] };
    const Versions = [{ VersionId: id('first'), VersionStages: ['AWSCURRENT', label] }];
    const DescribeSecret = () => ({ ARN, Name: 'orders', VersionIdsToStages });
    const more = { DescribeSecret, ListSecretVersionIds: () => ({ Versions }) };
    const service = await serviceAt(answers(place(), more));
    for (const command of ['versions', 'doctor']) {
      const { shown: said } = await look([command, 'orders', ...service], NO_TLS);
      expect(said).toContain(shown);
      expect(said).not.toContain(label);
    }
  });

  it.each([
    ['words', PRETENCE.join(' ')],
    ['one word', PRETENCE.join(' ').replaceAll(' ', '_')],
    ['spaces', PRETENCE.map((each) => each.padEnd(80)).join('')],
    ['wide letters', PRETENCE.join(' ').replaceAll('x', '東')],
    ['letters with marks', PRETENCE.join(' ').replaceAll('x', 'x\u0301')],
  ])(
    'begins no line of our own with what others say, however it fills lines: %s',
    async (_, said) => {
      const refusal = () => ({ __type: 'InvalidRequestException', message: said.slice(0, 4_000) });
      for (const columns of [20, 79, 80, 81]) {
        for (const args of [
          ['rotate', 'orders'],
          ['rotate', said.slice(0, 500)],
          ['doctor', said.slice(0, 500)],
          ['fleet', 'rotate', '--all', '--dry-run'],
          ['versions', 'orders'],
        ]) {
          const service = await serviceAt(
            answers(place({ username: said.slice(0, 120) }), {
              RotateSecret: refusal,
              ListSecrets: () => ({
                SecretList: [{ ARN, Name: said, RotationEnabled: true, RotationLambdaARN: ARN }],
              }),
              ListSecretVersionIds: () => ({
                Versions: [{ VersionId: id('first'), VersionStages: [said] }],
              }),
            }),
          );
          const more = { ...NO_TLS, columns, edge: columns };
          const { shown, errors } = await look([...args, ...service], more);
          expect((shown + errors).replaceAll(/[\s_]/g, '').replaceAll('\\u{20}', '')).toContain(
            'Repaired.Go',
          );
          for (const line of (shown + errors).split('\n')) {
            // Past this, the terminal itself would begin another line.
            expect(widthOf(line)).toBeLessThanOrEqual(columns);
            expect(line).not.toMatch(/^ {0,3}(?:_*Repaired|_*Go|_*Plan|_*ahead)/);
          }
        }
      }
      countTrials(20);
    },
  );

  it('leaves JSON and statements whole on a narrow terminal', async () => {
    const service = await serviceAt(answers(place()));
    const { json } = await look(['versions', 'orders', '--json', ...service], { edge: 20 });
    expect(json()).toMatchObject({ arn: `${ARN}${EVIL}` });
    const statement = `GRANT SELECT ON TABLE "${'x'.repeat(40)}"`;
    const shown = layOut(whole(show`${statement}`), 20);
    expect(shown).toBe(statement);
  });
});
