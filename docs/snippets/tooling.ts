import { alternatingUsers, diagnose, planSecretPermissions, runRotation } from '@keyturn/core';
import { redshiftParts } from '@keyturn/lambda-entry/parts';

const parts = redshiftParts({ env: process.env, settings: { permissions: 'reconcile' } });
const task = { ...parts, strategy: alternatingUsers(), secretId: 'prod/orders' };

const { state, explanation } = await diagnose(task);
const plan = await planSecretPermissions(task);
if (plan.kind === 'planned') console.log(plan.databases.flatMap(({ statements }) => statements));
if (state === 'healthy') console.log((await runRotation(task)).kind);
else console.log(state, explanation);
