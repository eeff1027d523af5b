/** One message of the PostgreSQL protocol, whole. */
export interface WireMessage {
  /** Its first byte as a character; empty for what a client sends first. */
  readonly type: string;
  /** What follows the length. */
  readonly body: Buffer;
  /** The bytes as they came. */
  readonly bytes: Buffer;
}

/** Cuts a stream into messages. `startup` says that the next one has no type byte, as a client's first has not. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  #startup: boolean;

  constructor({ startup }: { readonly startup: boolean }) {
    this.#startup = startup;
  }

  /** Takes what arrived and gives the messages that are whole now. */
  read(data: Buffer): WireMessage[] {
    this.#rest = Buffer.concat([this.#rest, data]);
    const messages: WireMessage[] = [];
    for (;;) {
      const head = this.#startup ? 0 : 1;
      if (this.#rest.length < head + 4) return messages;
      const end = head + this.#rest.readUInt32BE(head);
      if (this.#rest.length < end) return messages;
      const bytes = this.#rest.subarray(0, end);
      const type = head === 0 ? '' : String.fromCharCode(bytes[0] ?? 0);
      messages.push({ type, body: bytes.subarray(head + 4), bytes });
      this.#startup = false;
      this.#rest = this.#rest.subarray(end);
    }
  }
}

/** The user that a client's first message names; undefined for requests that are none (TLS, cancel). */
export function userOfStartup({ body }: WireMessage): string | undefined {
  const PROTOCOL_3 = 3 << 16;
  if (body.length < 4 || (body.readUInt32BE(0) >> 16) << 16 !== PROTOCOL_3) return undefined;
  const fields = body.subarray(4).toString('utf8').split('\0');
  return fields[fields.findIndex((name, at) => at % 2 === 0 && name === 'user') + 1];
}

/** A message with a type and a body. */
export function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** An ErrorResponse that ends a connection. */
export function fatal(sqlState: string, text: string): Buffer {
  return message('E', Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${text}\0\0`, 'utf8'));
}

/** The whole answer to a simple query: one result of text columns. */
export function textResult(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  tag: string,
): Buffer {
  return Buffer.concat([
    message('T', Buffer.concat([int16(columns.length), ...columns.map(describeColumn)])),
    ...rows.map((row) => message('D', Buffer.concat([int16(row.length), ...row.map(value)]))),
    message('C', Buffer.from(`${tag}\0`)),
    message('Z', Buffer.from('I')),
  ]);
}

/** An answer of an error that leaves the connection open. */
export function queryError(sqlState: string, text: string): Buffer {
  const error = message('E', Buffer.from(`SERROR\0VERROR\0C${sqlState}\0M${text}\0\0`, 'utf8'));
  return Buffer.concat([error, message('Z', Buffer.from('I'))]);
}

const TEXT_TYPE = 25;

function describeColumn(name: string): Buffer {
  const facts = Buffer.alloc(18);
  facts.writeUInt32BE(TEXT_TYPE, 6);
  facts.writeInt16BE(-1, 10);
  facts.writeInt32BE(-1, 12);
  return Buffer.concat([Buffer.from(`${name}\0`, 'utf8'), facts]);
}

function value(text: string | null): Buffer {
  const length = Buffer.alloc(4);
  if (text === null) {
    length.writeInt32BE(-1);
    return length;
  }
  const bytes = Buffer.from(text, 'utf8');
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function int16(number: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(number);
  return bytes;
}
