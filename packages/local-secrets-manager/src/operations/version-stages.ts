import { findLiveSecret, secretId } from '../model/identifiers.js';
import { parseInput, required, structure, text } from '../model/input.js';
import { attachLabels, CURRENT, holderOf, removeLabels, versionById } from '../model/labels.js';
import { type Operation, store } from '../model/operation.js';
import { patchSecret, type SecretVersion } from '../model/secret.js';
import { invalidParameter, invalidRequest, notFound } from '../model/service-error.js';
import { refuseReplica } from './replication.js';

export const versionId = text({ min: 32, max: 64 });
export const stagingLabel = text({ min: 1, max: 256 });

const shape = structure({
  SecretId: secretId,
  VersionStage: required(stagingLabel),
  RemoveFromVersionId: versionId,
  MoveToVersionId: versionId,
});

/** UpdateSecretVersionStage: attaches, moves or removes one label; AWSPREVIOUS follows AWSCURRENT. */
export const updateSecretVersionStage: Operation = (body, secrets, context) => {
  const input = parseInput(shape, body);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  refuseReplica(secret, context);
  const label = input.VersionStage;
  const from = input.RemoveFromVersionId;
  const to = input.MoveToVersionId;
  const target = to === undefined ? undefined : requireVersion(secret.versions, to);
  checkHolder(secret.versions, label, from, to);
  if (label === CURRENT && !target) {
    throw invalidParameter(
      "You can't remove staging label AWSCURRENT from a version without moving it to another version.",
    );
  }
  if (label === CURRENT && target && !target.value) {
    throw invalidRequest(
      `You can't move staging label AWSCURRENT to version ${target.id} because that version has no value.`,
    );
  }
  const versions = target
    ? attachLabels(secret.versions, target.id, [label])
    : removeLabels(secret.versions, [label]);
  return {
    answer: { ARN: secret.arn, Name: secret.name },
    effects: [store(patchSecret(secret, { versions, lastChangedAt: context.now }))],
  };
};

function requireVersion(versions: readonly SecretVersion[], id: string): SecretVersion {
  const version = versionById(versions, id);
  if (!version) {
    throw notFound(`Secrets Manager can't find the specified secret value for VersionId: ${id}`);
  }
  return version;
}

/** A label that sits somewhere leaves only the version that the caller names as its holder. */
function checkHolder(
  versions: readonly SecretVersion[],
  label: string,
  from: string | undefined,
  to: string | undefined,
): void {
  if (from === undefined && to === undefined) {
    throw invalidParameter('You must specify RemoveFromVersionId or MoveToVersionId.');
  }
  const holder = holderOf(versions, label);
  if (from !== undefined && holder?.id !== from) {
    throw invalidParameter(
      `When you move staging label ${label}, if you specify RemoveFromVersionId, it must be set to the version that currently has the staging label ${label}.`,
    );
  }
  if (from === undefined && holder && holder.id !== to) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
}
