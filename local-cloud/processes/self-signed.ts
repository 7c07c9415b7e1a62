import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const EXPLICIT_0 = 0xa0;
// Object identifiers, tag and length included.
const COMMON_NAME = Buffer.from("0603550403", "hex");
const ECDSA_WITH_SHA256 = Buffer.from("06082a8648ce3d040302", "hex");

/**
 * A certificate for `localhost` that is good for a day, and its key, both PEM. Node signs but makes no certificates, and
 * these few fields (RFC 5280, 4.1) are less than a package for them. Browsers must be set to accept it.
 */
export function selfSigned(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("localhost")))),
  );
  const now = Date.now();
  const hour = 3_600_000;
  const unsigned = der(
    SEQUENCE,
    der(EXPLICIT_0, der(INTEGER, Buffer.of(2))), // version 3
    der(INTEGER, Buffer.of(1), randomBytes(8)),
    algorithm,
    name,
    der(SEQUENCE, time(now - hour), time(now + 24 * hour)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", unsigned, privateKey);
  const whole = der(SEQUENCE, unsigned, algorithm, der(BIT_STRING, Buffer.of(0), signature));
  const lines = whole.toString("base64").replace(/.{1,64}/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** One value in DER: tag, length, contents (X.690, 8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(parts);
  const { length } = contents;
  const bytes = Buffer.from(length.toString(16).padStart(length < 256 ? 2 : 4, "0"), "hex");
  const size = length < 128 ? bytes : Buffer.of(0x80 + bytes.length, ...bytes);
  return Buffer.concat([Buffer.of(tag), size, contents]);
}

/** `20261125130000Z`, without the century. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(UTC_TIME, Buffer.from(text.slice(2)));
}
