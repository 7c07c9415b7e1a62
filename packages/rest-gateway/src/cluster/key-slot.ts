import type { RedisArgument } from "redis";

const SLOTS = 16_384;

/** The slot of a cluster that a key belongs to: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec */
export function slotOf(key: RedisArgument): number {
  return crc16(hashedPart(Buffer.from(key))) % SLOTS;
}

/** What is between the first brace and the next closing one, unless that is nothing: so that keys can be kept together. */
function hashedPart(key: Buffer): Buffer {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open + 1);
  return close > open + 1 ? key.subarray(open + 1, close) : key;
}

/** CRC-16/XMODEM: polynomial 0x1021, initially 0, nothing reflected. */
function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc;
}
