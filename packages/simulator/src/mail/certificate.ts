import { isIP } from "node:net";
import { generate } from "selfsigned";

/** A certificate of a name or an address; of this host's, also of its loopback address, its own authority, valid for a day. */
export async function localCertificate(name = "localhost"): Promise<{ key: string; cert: string }> {
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [
          isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
          ...(name === "localhost" ? [{ type: 7 as const, ip: "127.0.0.1" }] : []),
        ],
      },
    ],
  });
  return { key: made.private, cert: made.cert };
}
