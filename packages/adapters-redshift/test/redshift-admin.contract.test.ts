import { describeDatabaseAdminContract } from '@keyturn/testkit/contracts';
import { subjectIn, useDatabase } from './support/test-server.js';

describe.each(['scram', 'md5'] as const)('a PostgreSQL server with %s passwords', (auth) => {
  const database = useDatabase({ auth });

  describeDatabaseAdminContract({
    name: 'RedshiftAdmin',
    runner: { describe, it, beforeEach, afterEach },
    supports: { externalUsers: true, anyUserName: true },
    create: () => subjectIn(database()),
  });
});
