export * from '@keyturn/local-secrets-manager';
export {
  startRedshiftApi,
  type LocalRedshiftApi,
  type RedshiftApiOptions,
  type RedshiftApiRequest,
} from './redshift-api/start-redshift-api.js';
export type {
  LocalCluster,
  LocalNamespace,
  LocalWorkgroup,
  RedshiftWorld,
} from './redshift-api/redshift-world.js';
