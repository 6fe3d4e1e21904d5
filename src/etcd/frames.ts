/** gRPC's framing: a zero byte (not compressed), the length in four bytes, the message. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(prefixBytes + message.byteLength);
  framed[0] = 0;
  framed.writeUInt32BE(message.byteLength, 1);
  framed.set(message, prefixBytes);
  return framed;
}

/** Takes chunks as they arrive and hands over each message once it is whole. */
export function frameReader(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let neededBytes = prefixBytes;
  return (chunk) => {
    pending.push(chunk);
    pendingBytes += chunk.byteLength;
    // Joined only when a frame is whole: a large message must not be copied once a chunk.
    if (pendingBytes < neededBytes) return;
    let rest = pending.length === 1 ? chunk : Buffer.concat(pending, pendingBytes);
    while (rest.byteLength >= prefixBytes) {
      neededBytes = prefixBytes + rest.readUInt32BE(1);
      if (rest.byteLength < neededBytes) break;
      onMessage(rest.subarray(prefixBytes, neededBytes));
      rest = rest.subarray(neededBytes);
      neededBytes = prefixBytes;
    }
    pending = rest.byteLength > 0 ? [rest] : [];
    pendingBytes = rest.byteLength;
  };
}

const prefixBytes = 5;
