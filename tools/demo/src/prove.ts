import type { Observation, ObservedVersion } from './observe.js';

/** One statement about the end of a rotation that has to be true. */
export interface Proof {
  readonly statement: string;
  readonly ok: boolean;
}

/** What is known when a rotation has ended. */
export interface RotationEnd {
  readonly strategy: 'single user' | 'alternating users';
  readonly outcome: string;
  /** The version that the rotation was about. */
  readonly token: string;
  readonly end: Observation;
  /** Whether the current user still can do what it is for. */
  readonly canRead: boolean;
}

/** Everything that has to hold at the end of a rotation of each strategy. Pure. */
export function prove({ strategy, outcome, token, end, canRead }: RotationEnd): readonly Proof[] {
  const current = withLabel(end, 'AWSCURRENT');
  const previous = withLabel(end, 'AWSPREVIOUS');
  const everywhere = [
    { statement: 'the rotation succeeded', ok: outcome === 'succeeded' },
    { statement: 'AWSCURRENT is on the new version', ok: current?.version === token },
    { statement: 'AWSPREVIOUS is on another version', ok: previous?.version !== current?.version },
    { statement: 'AWSPENDING is gone', ok: withLabel(end, 'AWSPENDING') === undefined },
    { statement: 'AWSCURRENT signs in', ok: current?.signIn === 'accepted' },
    { statement: "AWSCURRENT's user reads its table", ok: canRead },
  ];
  return strategy === 'single user'
    ? [...everywhere, { statement: 'AWSPREVIOUS is refused', ok: previous?.signIn === 'refused' }]
    : [
        ...everywhere,
        { statement: 'AWSPREVIOUS still signs in', ok: previous?.signIn === 'accepted' },
        { statement: 'the two are different users', ok: previous?.user !== current?.user },
      ];
}

function withLabel({ versions }: Observation, label: string): ObservedVersion | undefined {
  return versions.find(({ labels }) => labels.includes(label));
}
