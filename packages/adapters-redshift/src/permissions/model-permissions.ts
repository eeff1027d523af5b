import { quoteIdentifier } from '../quoting.js';
import { objectFamily } from './object-family.js';
import { text } from './rows.js';

/** EXECUTE on machine learning models, all versions of one alike: SVV_ML_MODEL_PRIVILEGES. */
export const modelPermissions = objectFamily<'model'>({
  view: 'svv_ml_model_privileges',
  privileges: { known: ['EXECUTE'], ignored: [] },
  permission: (row, privilege, grantable) => ({
    kind: 'model',
    schema: text(row, 'namespace_name'),
    model: text(row, 'model_name'),
    privilege,
    grantable,
  }),
  phrase: ({ schema, model }) => ({
    on: 'ON MODEL',
    object: `${quoteIdentifier(schema)}.${quoteIdentifier(model)}`,
  }),
  objectsAtOnce: 1,
});
