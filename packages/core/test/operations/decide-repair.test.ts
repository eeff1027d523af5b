import { decideRepair } from '../../src/domain/diagnosis/decide-repair.js';
import { DIAGNOSIS_STATES, type DiagnosisState, type NextAction } from '../../src/index.js';
import { refused } from '../support/values.js';

const explanation = 'It is stuck.';
const decide = (
  state: DiagnosisState,
  action: NextAction,
  useSuperuser = false,
  userName?: string,
) => decideRepair({ state, explanation, action }, { useSuperuser, userName });
const reset = { kind: 'reset-password', user: 'sheep', versionId: 'c', needsName: false } as const;

describe('a repair', () => {
  it.each<[NextAction, readonly string[]]>([
    [{ kind: 'clear-pending', versionId: 'n' }, ['take AWSPENDING off version n']],
    [
      { kind: 'resume', versionId: 'n' },
      [
        'go through the four steps for version n, which keeps its password',
        'move AWSCURRENT to it once it has passed the checks',
        'take AWSPENDING off it',
      ],
    ],
    [
      { kind: 'move-current', from: 'c', to: 'p' },
      ['move AWSCURRENT from version c to version p, which signs in'],
    ],
  ])('says beforehand what it will do: %j', (action, steps) => {
    for (const useSuperuser of [false, true]) {
      const plan = decide('pending-not-set', action, useSuperuser);
      expect(plan).toEqual({ kind: 'plan', action, steps });
    }
  });

  it('lets a superuser set the password only where that was asked for', () => {
    expect(decide('locked-out', reset, true)).toEqual({
      kind: 'plan',
      action: reset,
      steps: [
        'sign in as the superuser of the superuser secret',
        'give user "sheep" the password that AWSCURRENT holds (version c)',
        'sign in with it',
      ],
    });
    expect(refused(decide('locked-out', reset))).toMatchObject({
      code: 'KEYTURN_REPAIR_UNPROVEN',
      message: explanation,
      remedy: DIAGNOSIS_STATES['locked-out'].advice,
    });
  });

  it('asks for the name of the user where AWSCURRENT alone names it, and takes no other', () => {
    const unknown = { ...reset, needsName: true };
    expect(decide('locked-out', unknown, true, 'sheep').kind).toBe('plan');
    expect(decide('locked-out', reset, true, 'sheep').kind).toBe('plan');
    expect(refused(decide('locked-out', unknown, true))).toMatchObject({
      code: 'KEYTURN_REPAIR_UNPROVEN',
      message: expect.stringContaining('Nothing but AWSCURRENT says that user "sheep"') as string,
      remedy: expect.stringContaining('--user-name') as string,
    });
    for (const name of ['', 'Sheep', ' sheep', 'sheep_clone']) {
      expect(refused(decide('locked-out', reset, true, name)).message).toContain('is not "sheep"');
      expect(decide('locked-out', unknown, false, 'sheep').kind).toBe('refused');
    }
  });

  it.each<[DiagnosisState, NextAction]>([
    ['managed', { kind: 'by-hand' }],
    ['rotation-overdue', { kind: 'rotate' }],
  ])('is refused for %s with the advice of that state', (state, action) => {
    expect(refused(decide(state, action, true))).toMatchObject({
      code: 'KEYTURN_REPAIR_UNPROVEN',
      message: explanation,
      remedy: DIAGNOSIS_STATES[state].advice,
    });
  });

  it('finds nothing to do where nothing is the matter', () => {
    expect(decide('healthy', { kind: 'none' })).toEqual({ kind: 'nothing-to-do' });
  });
});
