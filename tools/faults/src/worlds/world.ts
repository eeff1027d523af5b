import {
  AWSCURRENT,
  AWSPENDING,
  AWSPREVIOUS,
  type Clock,
  type RotationStrategy,
  type VersionId,
} from '@keyturn/core';
import type { DatabaseAdmin, SecretStore } from '@keyturn/core/adapter';
import type { Cut } from './cutting-proxy.js';

/** One secret with its database, and what the service and operators do to it around a rotation. */
export interface World {
  readonly secretId: string;
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  readonly clock: Clock;

  /**
   * RotateSecret: reserves a version for the token and puts AWSPENDING on it.
   * @returns false where the service refuses, because an earlier rotation is not complete.
   */
  stage(token: VersionId): Promise<boolean>;

  /** An operator takes AWSPENDING off whatever version has it. */
  clearPending(): Promise<void>;

  /** What the service does after a rotation that has moved AWSCURRENT: takes AWSPENDING off that version. */
  settle(): Promise<void>;

  /** Who can sign in, by signing in. */
  look(): Promise<Picture>;

  /** The same at once, where that is possible. */
  lookNow?(): Picture;

  /** Cuts a database connection at one exchange, counted from now; returns whether it has happened. */
  cut?(cut: Cut): () => boolean;

  /** Removes what it has left outside of this process. */
  close?(): Promise<void>;

  /** Whether every user that stored versions name holds the permissions that the first user was given. */
  samePermissions(): Promise<boolean>;
}

/** The strategies that are proved, by the name used in tables. */
export type StrategyName =
  'single user' | 'single user, changed in setSecret' | 'alternating users';

/** A strategy with its name. */
export interface NamedStrategy {
  readonly name: StrategyName;
  readonly strategy: RotationStrategy;
}

/** The versions of a secret that have a value, and whether each signs in. */
export type Picture = readonly SeenVersion[];

/** One version with a value. */
export interface SeenVersion {
  readonly versionId: VersionId;
  readonly labels: readonly string[];
  readonly user: string;
  readonly signsIn: boolean;
}

/** The version that has a label and a value. */
export function versionWith(picture: Picture, label: string): SeenVersion | undefined {
  return picture.find(({ labels }) => labels.includes(label));
}

/** Whether AWSCURRENT's credential signs in. */
export function currentSignsIn(picture: Picture): boolean {
  return versionWith(picture, AWSCURRENT)?.signsIn === true;
}

/** Whether any stored credential signs in, labelled or not. */
export function anySignsIn(picture: Picture): boolean {
  return picture.some(({ signsIn }) => signsIn);
}

/**
 * What must hold at every instant while nobody else interferes: alternating, AWSCURRENT signs in; single user,
 * some stored version does, since AWSCURRENT cannot between the change of the password and the move of the label.
 */
export function isGoodMoment(picture: Picture, strategy: StrategyName): boolean {
  return strategy === 'alternating users' ? currentSignsIn(picture) : anySignsIn(picture);
}

/** Where a rotation of this token should have ended: labels moved, AWSCURRENT alive, AWSPREVIOUS as it should be. */
export function endedWell(picture: Picture, token: VersionId, strategy: StrategyName): boolean {
  const previous = versionWith(picture, AWSPREVIOUS);
  const pending = versionWith(picture, AWSPENDING);
  return (
    versionWith(picture, AWSCURRENT)?.versionId === token &&
    currentSignsIn(picture) &&
    (pending === undefined || pending.versionId === token) &&
    previous?.signsIn === (strategy === 'alternating users')
  );
}
