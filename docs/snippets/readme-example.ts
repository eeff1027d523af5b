import {
  alternatingUsers,
  createRotationHandler,
  queryCheck,
  signInCheck,
} from '@keyturn/lambda-entry';

export const handler = createRotationHandler({
  strategy: alternatingUsers(),
  checks: [
    signInCheck(),
    queryCheck({ name: 'orders are readable', sql: 'select 1 from sales.orders limit 1' }),
  ],
});
