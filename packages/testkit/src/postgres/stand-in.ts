import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { packageRoot } from '#location';

/**
 * Gives a Postgres 15 database Redshift's SVV_* views (`sql/redshift-stand-in.sql`), for new sessions too.
 * Needs a superuser. Safe to repeat.
 */
export async function applyStandIn(client: Pick<Client, 'query'>): Promise<void> {
  await client.query(await readFile(join(packageRoot, 'sql', 'redshift-stand-in.sql'), 'utf8'));
}
