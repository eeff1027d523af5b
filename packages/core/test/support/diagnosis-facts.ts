import { AWSCURRENT, AWSPENDING, AWSPREVIOUS, type VersionFacts } from '../../src/index.js';
import type { PairFacts, ReadFacts } from '../../src/domain/diagnosis/diagnosis-facts.js';
import type { SecretDescription } from '../../src/adapter/index.js';

/** When the diagnosis is made. */
export const NOW = Date.UTC(2026, 0, 10);
type Versions = Readonly<Record<string, Partial<VersionFacts> & { label?: string }>>;

/** Facts about a secret that is healthy except for what is said otherwise. */
export function facts(
  versions: Versions,
  more: Partial<ReadFacts> & { readonly about?: Partial<SecretDescription> } = {},
): ReadFacts {
  const { about, ...rest } = more;
  const list = Object.entries(versions).map(([versionId, { label, ...version }]): VersionFacts => ({
    versionId,
    labels: new Set(label === undefined ? [] : [label]),
    value: 'fit',
    user: 'sheep',
    signIn: 'refused',
    ...version,
  }));
  return {
    kind: 'read',
    now: NOW,
    user: 'sheep',
    versions: list,
    blindSpots: [],
    secret: {
      arn: 'arn',
      rotationEnabled: true,
      rotationFunction: 'function',
      nextRotationAt: NOW + 1,
      labels: new Map(
        list.filter(({ labels }) => labels.size > 0).map((v) => [v.versionId, v.labels]),
      ),
      replicasBehind: [],
      ...about,
    },
    ...rest,
  };
}

export const current = { label: AWSCURRENT, signIn: 'accepted', createdAt: 2 } as const;
export const dead = { label: AWSCURRENT, createdAt: 2 };
export const pending = { label: AWSPENDING, createdAt: 3 };
export const previous = { label: AWSPREVIOUS, createdAt: 1 };
export const alive = { signIn: 'accepted' } as const;
export const clone = { user: 'sheep_clone' };
export const pairOf = (
  alternate: Partial<PairFacts['alternate']>,
  more: Partial<PairFacts> = {},
): PairFacts => ({
  alternateUser: 'sheep_clone',
  configured: false,
  adopted: false,
  alternate: { exists: true, missing: [], owned: [], ...alternate },
  ...more,
});
export const both = { c: current, p: { ...previous, ...clone, ...alive } };
export const obstacle = (cause: 'dns' | 'tcp' | 'tls' | 'timeout' | 'refused') =>
  facts({ c: { ...current, signIn: 'not-tried' } }, { obstacle: { cause, message: 'said so' } });
