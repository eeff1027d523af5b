import { ServerBook } from '../../src/engine/server-book.js';

const server = { host: 'db.example', port: 5439 };

/** A finder over a book, and how often the world was asked. */
function counting(book: ServerBook, rotation: string) {
  let asked = 0;
  const find = book.remember(rotation, () => {
    asked++;
    return Promise.resolve({ host: 'DB.example', port: 5439 });
  });
  return { find, asked: () => asked };
}

describe('ServerBook', () => {
  it('asks once for the same rotation, secret and server', async () => {
    const book = new ServerBook();
    const { find, asked } = counting(book, 'next');

    await find('boss', server);
    await counting(book, 'next').find('boss', server);
    expect(await find('boss', server)).toEqual({ host: 'DB.example', port: 5439 });
    expect(asked()).toBe(1);
    await find('another', server);
    await counting(book, 'other').find('boss', server);
    expect(asked()).toBe(2);
  });

  it('asks again where another server is wanted than was found', async () => {
    const { find, asked } = counting(new ServerBook(), 'next');

    for (let n = 0; n < 2; n++) await find('boss', { ...server, port: 5440 });
    expect(asked()).toBe(2);
  });

  it('forgets a rotation that has ended', async () => {
    const book = new ServerBook();
    const { find, asked } = counting(book, 'next');
    await find('boss', server);
    book.forget('next');
    await find('boss', server);

    expect(asked()).toBe(2);
  });

  it('keeps a bounded number of rotations, the newest', async () => {
    const book = new ServerBook();
    const rotations = Array.from({ length: 65 }, (_, n) => counting(book, `v${n}`));
    for (const { find } of rotations) await find('boss', server);
    for (const { find } of rotations.slice(1)) await find('boss', server);
    await rotations[0]?.find('boss', server);

    expect(rotations.map(({ asked }) => asked())).toEqual([2, ...Array<number>(64).fill(1)]);
  });
});
