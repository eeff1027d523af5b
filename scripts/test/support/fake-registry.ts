import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface TarEntry {
  readonly path: string;
  readonly content?: string;
  readonly mode?: number;
  /** As in the format: '0' a file (the default), '2' a symbolic link, '5' a folder. */
  readonly type?: string;
  readonly linkName?: string;
}

/** A tarball as npm has them. */
export function tarball(entries: readonly TarEntry[]): Buffer {
  return gzipSync(Buffer.concat([...entries.map(entryBytes), Buffer.alloc(1024)]));
}

function entryBytes({ path, content = '', mode = 0o644, type = '0', linkName = '' }: TarEntry) {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, '0');
  header.write(path, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(Buffer.byteLength(content), 12), 124);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write(linkName, 157);
  header.write('ustar\u000000', 257);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte),
      7,
    )}\0`,
    148,
  );
  const padding = Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512);
  return Buffer.concat([header, Buffer.from(content), padding]);
}

export const integrityOf = (bytes: Buffer) =>
  `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

/** A registry on this machine with one package in one version, which vouches for whatever it serves. */
export async function startRegistry(name: string, version: string) {
  let served = Buffer.alloc(0);
  const server: Server = createServer(({ url }, response) => {
    if (url?.endsWith('.tgz')) {
      response.end(served);
      return;
    }
    const tarballUrl = `${address()}/${name}-${version}.tgz`;
    const dist = { tarball: tarballUrl, integrity: integrityOf(served) };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        name,
        'dist-tags': { latest: version },
        versions: { [version]: { name, version, dist } },
      }),
    );
  });
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: address(),
    serve: (bytes: Buffer) => (served = Buffer.from(bytes)),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
